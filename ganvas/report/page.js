document.querySelectorAll('figure[data-compare]').forEach(figure => {
  const images = figure.querySelectorAll('.compare img');
  const menus = figure.querySelectorAll('select');
  const slider = figure.querySelector('input');
  const sources = [...figure.querySelectorAll('template')].map(t => t.dataset.source);
  const show = () => {
    menus.forEach((menu, k) => { images[k].src = sources[menu.selectedIndex]; });
    images[1].style.clipPath = `inset(0 0 0 ${slider.value}%)`;
  };
  menus.forEach((menu, k) => { menu.selectedIndex = k; menu.addEventListener('change', show); });
  slider.addEventListener('input', show);
  show();
});
document.querySelectorAll('figure[data-frames]').forEach(figure => {
  const image = figure.querySelector('img'), name = figure.querySelector('output');
  const slider = figure.querySelector('input'), button = figure.querySelector('button');
  const frames = [...figure.querySelectorAll('template')];
  let timer = null;
  const show = () => {
    const frame = frames[Number(slider.value)];
    image.src = frame.dataset.source;
    name.textContent = frame.dataset.name;
  };
  const stop = () => { clearInterval(timer); timer = null; button.textContent = 'Play'; };
  button.addEventListener('click', () => {
    if (timer) { stop(); return; }
    if (slider.value === slider.max) slider.value = 0;
    show();
    button.textContent = 'Pause';
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (slider.value === slider.max) stop();
    }, 150);
  });
  slider.addEventListener('input', show);
  show();
});
