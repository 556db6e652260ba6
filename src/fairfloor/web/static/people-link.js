// Asks every few seconds whether the post has arrived, and goes on when it has. Without it the button does.
const form = document.getElementById('waiting');
const link = document.getElementById('link');
const told = document.getElementById('told');
const EVERY = 4000;

link.addEventListener('focus', () => link.select());
told.textContent = 'Waiting for your post. This page goes on by itself.';

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(form.dataset.state, { cache: 'no-store' });
      if (answer.ok && (await answer.json()).proven) {
        told.textContent = 'Your post is here.';
        form.submit();
        return;
      }
    } catch {
      // The next time will do.
    }
  }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);
