#include "core/identity/password_appraiser.h"

#include <memory>

#include "core/identity/breach_list.h"
#include "core/identity/password_guesses.h"

namespace ztix::identity {

Result<service::PasswordAppraiser> password_appraiser(const std::string& list_path) {
  std::shared_ptr<const BreachList> list;
  if (!list_path.empty()) {
    ZTIX_ASSIGN(auto opened, BreachList::open(list_path));
    list = std::make_shared<const BreachList>(std::move(opened));
  }
  return service::PasswordAppraiser(
      [list](const SecretString& password,
             const std::vector<std::string>& words) -> Result<service::PasswordAppraisal> {
        service::PasswordAppraisal appraisal{password_guesses_log10(password, words), false};
        if (list) {
          ZTIX_ASSIGN(appraisal.is_listed, list->contains(password));
        }
        return appraisal;
      });
}

}  // namespace ztix::identity
