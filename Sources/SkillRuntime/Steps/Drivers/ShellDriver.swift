/// The programs that run the bash and sh code of a step.
///
/// Each is one line, because the shell counts the lines of evaluated code from the line that evaluates it: so the code's
/// own lines come out right in messages. Names are written into code only after the runtime has seen that they are names;
/// values come in environment variables and files, and never in code.
///
/// Arguments: the path of the result, its form (`none`, `text`, `list` or `dictionary`), the name that it is bound to, and
/// three for each input: the name, `variable`, `file` or `list`, and the number of the variable or the path of the file.
enum ShellDriver {
  static let bash = """
    __skvm_result=$1; __skvm_form=$2; __skvm_name=$3; shift 3; \
    while [ $# -gt 0 ]; do case $2 in \
    variable) eval "$1=\\$SKVM_INPUT_$3"; unset "SKVM_INPUT_$3";; \
    file) IFS= read -r -d '' "$1" < "$3" || :;; \
    list) mapfile -d '' -t "$1" < "$3" 2>/dev/null || { eval "$1=()"; \
    while IFS= read -r -d '' __skvm_item; do eval "$1+=(\\"\\$__skvm_item\\")"; done < "$3"; };; \
    esac; shift 3; done; \
    __skvm_end() { __skvm_status=$?; [ "${__skvm_done-}" ] && return; __skvm_done=1; \
    if [ "$__skvm_status" = 0 ]; then set +eu; case $__skvm_form in \
    text) [ -n "${!__skvm_name+x}" ] && printf %s "${!__skvm_name}" > "$__skvm_result";; \
    list|dictionary) if declare -p "$__skvm_name" > "$__skvm_result.kind" 2>/dev/null; then \
    : > "$__skvm_result"; eval "__skvm_count=\\${#$__skvm_name[@]}"; \
    IFS= read -r __skvm_keys < "$__skvm_result.kind"; __skvm_keys=${__skvm_keys#declare -}; \
    case ${__skvm_keys%% *} in *A*) __skvm_keys=1;; *) __skvm_keys=;; esac; \
    if [ "$__skvm_count" -gt 0 ]; then if [ "$__skvm_keys" ]; then \
    eval "for __skvm_key in \\"\\${!$__skvm_name[@]}\\"; do \
    printf '%s\\\\0%s\\\\0' \\"\\$__skvm_key\\" \\"\\${$__skvm_name[\\$__skvm_key]}\\"; done" > "$__skvm_result"; \
    else eval "printf '%s\\\\0' \\"\\${$__skvm_name[@]}\\"" > "$__skvm_result"; fi; fi; fi;; \
    esac; fi; exit "$__skvm_status"; }; trap __skvm_end EXIT; eval "$__skvm_code"; __skvm_end
    """

  static let sh = """
    __skvm_result=$1; __skvm_form=$2; __skvm_name=$3; shift 3; \
    while [ $# -gt 0 ]; do case $2 in \
    variable) eval "$1=\\$SKVM_INPUT_$3"; unset "SKVM_INPUT_$3";; \
    file) __skvm_item=$(cat "$3"; printf x); eval "$1=\\${__skvm_item%x}"; unset __skvm_item;; \
    esac; shift 3; done; \
    __skvm_end() { __skvm_status=$?; [ "${__skvm_done-}" ] && return; __skvm_done=1; \
    if [ "$__skvm_status" = 0 ] && [ "$__skvm_form" != none ]; then set +eu; \
    eval "[ -n \\"\\${$__skvm_name+x}\\" ] && printf %s \\"\\$$__skvm_name\\" > \\"\\$__skvm_result\\""; \
    fi; exit "$__skvm_status"; }; trap __skvm_end EXIT; eval "$__skvm_code"; __skvm_end
    """
}
