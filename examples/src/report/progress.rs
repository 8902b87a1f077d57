use std::{
    fmt,
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A progress bar on standard error, hidden where that is no terminal. It is wiped when dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar over `total` steps of what `label` names: `rows`, say.
    pub fn new(total: u64, label: &'static str) -> Self {
        let target = match io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{spinner} {prefix} {wide_bar:.cyan/blue} {percent:>3} % · {human_pos} {msg} · {rate}/s · {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸┈").with_key("rate", rate));
        }
        bar.set_message(label);
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    /// Says what is being done.
    pub fn doing(&self, what: impl Into<String>) {
        self.bar.set_prefix(what.into());
    }

    /// Moves on by `steps`.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// The steps made so far.
    pub fn position(&self) -> u64 {
        self.bar.position()
    }
}

fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    // The style has no way to say that the output failed; a bar that lacks its rate is good enough.
    let _ = out.write_str(&super::count(state.per_sec() as u64));
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn progress_counts_its_steps() {
        let progress = Progress::new(10, "rows");
        progress.doing("loading");
        progress.advance(3);
        progress.advance(4);
        assert_eq!(progress.position(), 7);
    }
}
