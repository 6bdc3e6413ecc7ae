#pragma once

/// @file lab/peeringdb/oauth.h
/// The login half of PeeringDB: discovery, authorize, token, keys and the profile, as its OAuth provider answers them.
///
/// Strict where the real one is: the redirect address must be the registered one to the letter, a code works once,
/// within a minute, for the client and address it was given for, and with the verifier whose challenge came with it;
/// the client proves itself by its secret in the body. Not imitated: its own accounts and passwords (one picks a person
/// from a list), refresh tokens (one is given and does nothing), and introspection.

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lab/peeringdb/directory.h"
#include "lab/peeringdb/faults.h"
#include "lab/peeringdb/http.h"
#include "lab/peeringdb/id_token.h"
#include "lab/peeringdb/signing_key.h"

namespace ztix::lab::peeringdb {

struct Client {
  std::string id;
  std::string secret;
  std::string redirect_uri;
};

class OAuth {
 public:
  OAuth(Client client, const Directory& directory, Faults& faults);

  /// Where this server is reached, `http://host:port`; to be called once the port is known.
  void set_base_url(const std::string& url);
  void add_routes(Router& router);
  /// The next tokens are signed by a new key. The old one is forgotten at once.
  void rotate_key();

 private:
  struct Grant {
    std::string redirect_uri;
    std::string scope;
    std::string nonce;
    std::string challenge;
    int user = 0;
    std::chrono::steady_clock::time_point given_at{};
  };
  struct Access {
    std::string scope;
    int user = 0;
  };
  using Form = std::map<std::string, std::string>;

  [[nodiscard]] std::string issuer() const { return base_url_ + "/oauth2"; }
  Reply discovery() const;
  Reply keys();
  Reply authorize_page(const Call& call) const;
  Reply authorize(const Call& call);
  Reply grant_code(const Form& form);
  Reply back_to_client(const Form& form, std::map<std::string, std::string> parameters) const;
  Reply token(const Call& call);
  Reply redeem(const Grant& grant);
  Reply profile(const Call& call);
  [[nodiscard]] Reply profile_of(const Access& access) const;

  Client client_;
  const Directory& directory_;
  Faults& faults_;
  std::string base_url_;
  std::mutex mutex_;  ///< for all below
  SigningKey key_;
  std::map<std::string, Grant> grants_;
  std::map<std::string, Access> tokens_;
};

}  // namespace ztix::lab::peeringdb
