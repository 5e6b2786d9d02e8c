// Runs before the first paint, so that a chosen theme never flashes; the policy forbids inline scripts.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('gathering.theme');
  } catch {
    // Storage is switched off: the system's theme applies.
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
