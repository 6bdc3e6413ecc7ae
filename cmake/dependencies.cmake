# Every third-party package, found once. All are Debian 12 packages (deploy/install-packages).

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_library(ZTIX_CRYPTO_ARCHIVE libcrypto.a REQUIRED)  # for what is linked statically
find_package(PostgreSQL REQUIRED)
# Poco::Data is deliberately absent: the store talks to libpq directly (SQLSTATE and LISTEN are not reachable through it).
find_package(Poco 1.11 REQUIRED CONFIG COMPONENTS Foundation Net NetSSL Util Crypto JSON JWT)
find_package(CURL REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED CONFIG)
find_package(CLI11 2.1 REQUIRED CONFIG)
find_package(doctest 2.4.9 REQUIRED CONFIG)
find_package(fmt 9.1 REQUIRED CONFIG)
find_package(spdlog 1.10 REQUIRED CONFIG)
find_package(prometheus-cpp REQUIRED CONFIG)
# libssh's and hiredis' own CMake files give no namespaced target, pkg-config does.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBSSH REQUIRED IMPORTED_TARGET libssh>=0.10)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis>=0.14)
pkg_check_modules(ARGON2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(FIDO2 REQUIRED IMPORTED_TARGET libfido2>=1.12)
# zxcvbn brings neither.
find_path(ZXCVBN_INCLUDE zxcvbn.h REQUIRED)
find_library(ZXCVBN_LIBRARY zxcvbn REQUIRED)
add_library(zxcvbn SHARED IMPORTED)
set_target_properties(zxcvbn PROPERTIES IMPORTED_LOCATION "${ZXCVBN_LIBRARY}"
                                        INTERFACE_INCLUDE_DIRECTORIES "${ZXCVBN_INCLUDE}")
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
