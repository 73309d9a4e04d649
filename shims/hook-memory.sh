# shellcheck shell=bash
# The last answers, by the folder in which each was found, so that whoever goes to and fro finds them again: an answer that holds
# costs a third of a new one. Those for which many files were read are not kept.
__gv_places=() __gv_memory_0=() __gv_memory_1=() __gv_memory_2=() __gv_memory_3=() __gv_memory_4=() __gv_memory_5=() __gv_memory_6=() __gv_memory_7=()

# Makes the answer that was found here before the one that is checked.
__gv_load() {
  @emulate@
  local __gv_slot
  for __gv_slot in 0 1 2 3 4 5 6 7; do
    [[ ${__gv_places[__gv_slot]-} != "$PWD" ]] || break
  done
  [[ ${__gv_places[__gv_slot]-} == "$PWD" ]] || return 0
  # What is evaluated is this line and a digit.
  eval "set -- \"\${__gv_memory_${__gv_slot}[@]}\""
  __gv_anchor=$PWD __gv_key=$1 __gv_top=$2 __gv_level=$3 __gv_want=$4 __gv_now=$5 __gv_why=$6 __gv_default=$7 __gv_file=$8 __gv_size=$9
  shift 9
  __gv_text=$1 __gv_asked=$2 __gv_listing=$3 __gv_more=$2 __gv_go=${__gv_want:+$__gv_want/go} __gv_files=()
  shift 3
  @noted@
}

# Keeps the answer.
__gv_save() {
  local __gv_slot
  for __gv_slot in 0 1 2 3 4 5 6 7; do
    [[ ${__gv_places[__gv_slot]-} != "$PWD" ]] || break
  done
  if [[ ${__gv_places[__gv_slot]-} != "$PWD" ]]; then __gv_turn=$(((__gv_turn + 1) % 8)) __gv_slot=$__gv_turn; fi
  set -- "$__gv_key" "$__gv_top" "$__gv_level" "$__gv_want" "$__gv_now" "$__gv_why" "$__gv_default" "$__gv_file" "$__gv_size" \
    "$__gv_text" "$__gv_asked" "$__gv_listing" "${__gv_names[@]}"
  eval "__gv_memory_$__gv_slot=(\"\$@\")"
  __gv_places[__gv_slot]=$PWD __gv_index='|'
  for __gv_slot in "${__gv_places[@]}"; do __gv_index=$__gv_index$__gv_slot\|; done
}
