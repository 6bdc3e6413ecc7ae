#include "lab/controller/address_text.h"

#include <array>
#include <cstdlib>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace ztix::lab::controller {

bool AddressText::has_valid_bits() const noexcept { return bits <= (family == AF_INET ? 32U : 128U); }

std::string AddressText::with_bits() const { return address + "/" + std::to_string(bits); }

std::optional<AddressText> read_address(const std::string& text) {
  if (text.empty()) return AddressText{AF_INET, "0.0.0.0", 0};
  const auto slash = text.find('/');
  const std::string host = text.substr(0, slash);
  AddressText result;
  result.family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(result.family, host.c_str(), bytes.data()) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  ::inet_ntop(result.family, bytes.data(), canonical.data(), canonical.size());
  result.address = canonical.data();
  if (slash != std::string::npos) {
    result.bits = static_cast<unsigned>(std::strtoul(text.c_str() + slash + 1, nullptr, 10));
  }
  return result;
}

}  // namespace ztix::lab::controller
