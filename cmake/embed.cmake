# SQL, templates and static files are edited as files and travel inside the programs. Each ztix_embed_* makes
# generated/<name>.{h,cpp} in the build folder (#include "generated/<name>.h") and regenerates them whenever a file
# changes, appears or goes away.

set(ZTIX_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
add_custom_target(ztix_generated)  # for targets that include a generated header without linking its library

# ztix_embed(KIND OUT ROOT files...): runs cmake/generate.cmake; OUT is the generated .cpp.
function(ztix_embed kind out root)
  cmake_parse_arguments(arg "" "" "FILES;DEPENDS" ${ARGN})
  set(header "${ZTIX_GENERATED_DIR}/${kind}.h")
  set(source "${ZTIX_GENERATED_DIR}/${kind}.cpp")
  set(list "${ZTIX_GENERATED_DIR}/${kind}.list")
  list(JOIN arg_FILES "\n" lines)
  # Rewritten only when the set of files changes, so removing a file regenerates and a plain configure does not.
  file(CONFIGURE OUTPUT "${list}" CONTENT "${lines}\n" @ONLY)
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND "${CMAKE_COMMAND}" -DKIND=${kind} "-DROOT=${root}" "-DLIST=${list}" "-DOUT=${ZTIX_GENERATED_DIR}"
            -P "${PROJECT_SOURCE_DIR}/cmake/generate.cmake"
    DEPENDS ${arg_FILES} ${arg_DEPENDS} "${list}" "${PROJECT_SOURCE_DIR}/cmake/generate.cmake"
    COMMENT "Embedding ${kind}"
    VERBATIM)
  # Generated text is as long as it is: the limit of ISO C++ on literals (65536) is not one of our compilers.
  set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings;-Wno-pedantic")
  add_custom_target(ztix_generated_${kind} DEPENDS "${header}" "${source}")
  add_dependencies(ztix_generated ztix_generated_${kind})
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

function(ztix_embed_queries out)
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/sql/queries/*.sql")
  ztix_embed(queries source "${PROJECT_SOURCE_DIR}/sql/queries" FILES ${files})
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

function(ztix_embed_migrations out)
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/sql/migrations/*.sql")
  ztix_embed(migrations source "${PROJECT_SOURCE_DIR}/sql/migrations" FILES ${files})
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

function(ztix_embed_templates out)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/templates/*.mustache")
  ztix_embed(templates source "${PROJECT_SOURCE_DIR}/templates" FILES ${files})
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

# app/static/** and the pinned htmx, into the given target.
function(ztix_embed_static_files target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/app/static/*")
  set(htmx "${PROJECT_BINARY_DIR}/npm/htmx.min.js")
  set(script "${PROJECT_SOURCE_DIR}/cmake/fetch_npm.cmake")
  add_custom_command(
    OUTPUT "${htmx}"
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DOUT=${PROJECT_BINARY_DIR}/npm" -P "${script}"
    DEPENDS "${PROJECT_SOURCE_DIR}/package-lock.json" "${PROJECT_SOURCE_DIR}/package.json" "${script}"
    COMMENT "Fetching htmx"
    VERBATIM)
  ztix_embed(static_files source "${PROJECT_SOURCE_DIR}/app/static" FILES ${files} "${htmx}")
  target_sources(${target} PRIVATE "${source}")
endfunction()
