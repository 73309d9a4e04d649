# shellcheck shell=bash
# The last answers, by the folder in which each was found, so that whoever goes to and fro finds them again: an answer that holds
# costs a third of a new one. Those for which many files were read are not kept.
__gv_places=() __gv_keys=() __gv_tops=() __gv_levels=() __gv_wants=() __gv_nows=() __gv_whys=() __gv_defaults=() __gv_paths=()
__gv_lengths=() __gv_contents=() __gv_specs=() __gv_listings=() __gv_watched=() __gv_counts=()

# Makes the answer that was found here before the one that is checked.
__gv_load() {
  @emulate@
  local __gv_slot
  for __gv_slot in 0 1 2 3 4 5 6 7; do
    [[ ${__gv_places[__gv_slot]-} != "$PWD" ]] || break
  done
  __gv_key=${__gv_keys[__gv_slot]} __gv_anchor=$PWD __gv_top=${__gv_tops[__gv_slot]} __gv_level=${__gv_levels[__gv_slot]}
  __gv_want=${__gv_wants[__gv_slot]} __gv_now=${__gv_nows[__gv_slot]} __gv_why=${__gv_whys[__gv_slot]}
  __gv_default=${__gv_defaults[__gv_slot]} __gv_file=${__gv_paths[__gv_slot]} __gv_size=${__gv_lengths[__gv_slot]}
  __gv_text=${__gv_contents[__gv_slot]} __gv_asked=${__gv_specs[__gv_slot]} __gv_listing=${__gv_listings[__gv_slot]}
  __gv_go=${__gv_want:+$__gv_want/go} __gv_more=$__gv_asked __gv_files=()
  set -- "${__gv_watched[@]:$((__gv_slot * 48)):${__gv_counts[__gv_slot]}}"
  @noted@
}

# Keeps the answer.
__gv_save() {
  local __gv_slot __gv_number
  [[ ${#__gv_names[@]} -le 48 ]] || return 0
  for __gv_slot in 0 1 2 3 4 5 6 7; do
    [[ ${__gv_places[__gv_slot]-} != "$PWD" ]] || break
  done
  if [[ ${__gv_places[__gv_slot]-} != "$PWD" ]]; then __gv_turn=$(((__gv_turn + 1) % 8)) __gv_slot=$__gv_turn; fi
  __gv_places[__gv_slot]=$PWD __gv_keys[__gv_slot]=$__gv_key __gv_tops[__gv_slot]=$__gv_top __gv_levels[__gv_slot]=$__gv_level
  __gv_wants[__gv_slot]=$__gv_want __gv_nows[__gv_slot]=$__gv_now __gv_whys[__gv_slot]=$__gv_why
  __gv_defaults[__gv_slot]=$__gv_default __gv_paths[__gv_slot]=$__gv_file __gv_lengths[__gv_slot]=$__gv_size
  __gv_contents[__gv_slot]=$__gv_text __gv_specs[__gv_slot]=$__gv_asked __gv_listings[__gv_slot]=$__gv_listing
  __gv_counts[__gv_slot]=${#__gv_names[@]} __gv_number=$((__gv_slot * 48)) __gv_index='|'
  for __gv_name in "${__gv_names[@]}"; do
    __gv_watched[__gv_number]=$__gv_name
    ((__gv_number += 1))
  done
  for __gv_name in "${__gv_places[@]}"; do __gv_index=$__gv_index$__gv_name\|; done
}
