# A pin here that is a link: one that leads nowhere is no less a pin. Further up such a link is not seen: looking for it in
# every folder would cost a third of all that is looked for.
for _gv_text in .tool-versions .go-version; do
  if test -h "$_gv_text" && test ! -e "$_gv_text"; then _gv_spec='?'; fi
done
