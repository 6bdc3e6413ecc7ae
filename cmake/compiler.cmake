# Language level, warnings, hardening and sanitizers for every target of ours.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(ZTIX_HARDENING "Compile and link with the hardening flags of the installed programs" OFF)
option(ZTIX_FUZZ "Build the libFuzzer targets (clang++ only)" OFF)
set(ZTIX_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, for example address,undefined")

# Dev: -O1 compiles nearly as fast as -O0, and timing tests stay meaningful.
set(CMAKE_CXX_FLAGS_DEV "-O1 -g")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "Dev or RelWithDebInfo" FORCE)
endif()

# Relative paths below the checkout make the cache good for every checkout, wherever it lies: the second of them took 2 s
# where the first took 76 s. Debug information then names the folder of the first, with the same sources.
find_program(ZTIX_CCACHE ccache)
if(ZTIX_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
                                  CCACHE_ABSSTDERR=1 "${ZTIX_CCACHE}")
endif()

# Linked by every target of ours, and by nothing else: third-party headers are SYSTEM and stay silent.
add_library(ztix_options INTERFACE)
target_compile_options(ztix_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# The root is the include root ("core/base/result.h"); the build folder holds generated/*.h.
target_include_directories(ztix_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")

if(ZTIX_HARDENING)
  # _FORTIFY_SOURCE=3 needs optimisation; distributions may predefine a lower level, hence -U first.
  target_compile_options(ztix_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE)
  # No path of this machine in what is installed: two builds of one commit are the same bytes.
  target_compile_options(ztix_options INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." "-ffile-prefix-map=${PROJECT_BINARY_DIR}=./build")
  # Beside -static-pie it would undo the first half of that.
  target_link_options(ztix_options INTERFACE
    "$<$<AND:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>,$<NOT:$<BOOL:$<TARGET_PROPERTY:ZTIX_STATIC>>>>:-pie>"
    "LINKER:-z,relro,-z,now")
endif()

# A backtrace needs lines and functions, no types: -g1 compiles a quarter faster. For a debugger: -DZTIX_DEBUGGER=ON.
option(ZTIX_DEBUGGER "Full debug information in Dev builds" OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Dev" AND NOT ZTIX_DEBUGGER)
  target_compile_options(ztix_options INTERFACE -g1)
endif()

if(ZTIX_SANITIZE)
  target_compile_options(ztix_options INTERFACE "-fsanitize=${ZTIX_SANITIZE}" -fno-omit-frame-pointer)
  target_link_options(ztix_options INTERFACE "-fsanitize=${ZTIX_SANITIZE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's manual: sanitizers lead to false positives of this one. GCC 12 finds some inside <regex>.
    target_compile_options(ztix_options INTERFACE -Wno-maybe-uninitialized)
  endif()
  if(ZTIX_SANITIZE MATCHES "undefined")
    # Without this UBSan prints and goes on, and a test with undefined behaviour would pass.
    target_compile_options(ztix_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()

if(ZTIX_FUZZ)
  # Coverage feedback in the libraries; only the fuzz targets themselves link libFuzzer's main().
  target_compile_options(ztix_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
