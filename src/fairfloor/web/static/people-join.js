// An invitation's code stands after # in its link, so that no server's log has it; here it goes into its field.
const code = location.hash.slice(1);
if (/^[A-Za-z0-9_-]{20,100}$/.test(code)) {
  document.getElementById('invited').value = code;
  history.replaceState(null, '', location.pathname);
  document.getElementById('name').focus();
}
