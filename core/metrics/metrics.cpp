#include "core/metrics/metrics.h"

#include <exception>
#include <map>
#include <unordered_map>

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "core/base/guarded.h"

namespace ztix::metrics {
namespace {

const prometheus::Histogram::BucketBoundaries kBuckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                       0.25,  0.5,    1,     2.5,  5,     10,   30};

std::map<std::string, std::string> to_map(Labels labels) {
  std::map<std::string, std::string> all;
  for (const auto& [name, value] : labels) all.emplace(name, value);
  return all;
}

/// Of one name and its labels. The library finds a metric by building and comparing all of that anew, which several
/// times for each request is a part of its time.
template <class Metric>
class Known {
 public:
  template <class Make>
  Metric& find(std::string_view name, Labels labels, Make make) {
    std::string key(name);
    for (const auto& [label, value] : labels) key.append(1, '\0').append(label).append(1, '\0').append(value);
    return known_.with([&](auto& known) -> Metric& {
      auto& metric = known[key];
      if (metric == nullptr) metric = &make();
      return *metric;
    });
  }

 private:
  Guarded<std::unordered_map<std::string, Metric*>> known_;  ///< the library keeps them where they are
};

}  // namespace

struct Registry::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  Known<prometheus::Counter> counters;
  Known<prometheus::Histogram> histograms;
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

void Registry::count(std::string_view name, std::string_view help, Labels labels, double by) {
  auto& counter = state_->counters.find(name, labels, [&]() -> prometheus::Counter& {
    return prometheus::BuildCounter()
        .Name(std::string(name))
        .Help(std::string(help))
        .Register(*state_->registry)
        .Add(to_map(labels));
  });
  counter.Increment(by);
}

void Registry::observe_seconds(std::string_view name, std::string_view help, double seconds, Labels labels) {
  auto& histogram = state_->histograms.find(name, labels, [&]() -> prometheus::Histogram& {
    auto& family =
        prometheus::BuildHistogram().Name(std::string(name)).Help(std::string(help)).Register(*state_->registry);
    return family.Add(to_map(labels), kBuckets);
  });
  histogram.Observe(seconds);
}

void Registry::set(std::string_view name, std::string_view help, double value, Labels labels) {
  prometheus::BuildGauge()
      .Name(std::string(name))
      .Help(std::string(help))
      .Register(*state_->registry)
      .Add(to_map(labels))
      .Set(value);
}

std::string Registry::text() const { return prometheus::TextSerializer().Serialize(state_->registry->Collect()); }

struct Server::State {
  std::unique_ptr<prometheus::Exposer> exposer;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const std::string& address, Registry& registry) {
  try {
    auto state = std::make_unique<State>();
    state->exposer = std::make_unique<prometheus::Exposer>(address, 1);
    state->exposer->RegisterCollectable(registry.state_->registry, "/metrics");
    return std::unique_ptr<Server>(new Server(std::move(state)));
  } catch (const std::exception& problem) {
    return fail(ErrorCode::unavailable, "Cannot serve metrics on " + address + ".").with_detail(problem.what());
  }
}

}  // namespace ztix::metrics
