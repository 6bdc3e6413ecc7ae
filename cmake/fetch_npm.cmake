# cmake -DSOURCE=checkout -DOUT=folder -P fetch_npm.cmake
# Puts htmx.min.js of exactly the version in package-lock.json into OUT. node_modules in the checkout is used when it
# has that version; otherwise npm ci runs in OUT, so that builds side by side never share a node_modules.

cmake_minimum_required(VERSION 3.25)
file(READ "${SOURCE}/package-lock.json" lock)
string(JSON wanted GET "${lock}" packages node_modules/htmx.org version)

function(installed_version out folder)
  set(version "")
  if(EXISTS "${folder}/node_modules/htmx.org/package.json")
    file(READ "${folder}/node_modules/htmx.org/package.json" package)
    string(JSON version GET "${package}" version)
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

set(from "${SOURCE}")
installed_version(version "${from}")
if(NOT version STREQUAL wanted)
  set(from "${OUT}")
  file(COPY "${SOURCE}/package.json" "${SOURCE}/package-lock.json" DESTINATION "${OUT}")
  find_program(NPM npm REQUIRED)
  execute_process(COMMAND "${NPM}" ci --ignore-scripts --prefer-offline --no-audit --no-fund
                  WORKING_DIRECTORY "${OUT}" OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "npm ci failed (${code}): ${said}\nRemedy: run 'npm ci --ignore-scripts' in ${SOURCE} where a "
                        "package registry can be reached; the build then uses its node_modules.")
  endif()
  installed_version(version "${from}")
endif()
if(NOT version STREQUAL wanted)
  message(FATAL_ERROR "htmx.org is ${version}, package-lock.json wants ${wanted}")
endif()
file(COPY "${from}/node_modules/htmx.org/dist/htmx.min.js" DESTINATION "${OUT}")
file(TOUCH_NOCREATE "${OUT}/htmx.min.js")
