//! The live view of a crowd in a terminal.

use std::io::{IsTerminal, stdin, stdout};
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Result;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Block, Chart, Dataset, Gauge, GraphType, LegendPosition, Paragraph};
use ratatui::{DefaultTerminal, Frame};

use super::board::Picture;
use super::life::State;
use super::words::{bound, order, wait};
use crate::client::Tally;
use crate::figures::{float, grouped, shown_ms, shown_time};

/// Colours of the terminal's own palette, so that they suit a light one as well as a dark one.
const WAITING: Color = Color::Yellow;
const INSIDE: Color = Color::Cyan;
const BOOKED: Color = Color::Green;
const WRONG: Color = Color::Red;

/// The terminal, which is as it was when this is dropped.
pub struct View {
    terminal: DefaultTerminal,
    heading: String,
    /// Seconds of the run with those who waited, were inside, had booked.
    history: Vec<(f64, [usize; 3])>,
}

impl View {
    /// Takes the terminal, if there is one to be read from and drawn on.
    ///
    /// # Errors
    /// A terminal that cannot be drawn on.
    pub fn open(heading: &str) -> Result<Option<Self>> {
        // Under `local run` input is none: this process is then in the background, where it may not change the terminal.
        if !stdin().is_terminal() || !stdout().is_terminal() {
            return Ok(None);
        }
        let terminal = ratatui::try_init()?;
        Ok(Some(Self { terminal, heading: heading.to_owned(), history: Vec::new() }))
    }

    /// Draws the picture.
    ///
    /// # Errors
    /// A terminal that is gone.
    pub fn draw(&mut self, picture: &Picture, tally: &Tally) -> Result<()> {
        let counts = [picture.count(State::Waiting), picture.inside(), picture.count(State::Booked)];
        self.history.push((picture.elapsed.as_secs_f64(), counts));
        let (heading, history) = (&self.heading, &self.history);
        self.terminal.draw(|frame| draw(frame, heading, history, picture, tally))?;
        Ok(())
    }

    /// Whether somebody has pressed ctrl-C, q or escape: the terminal gives keys, and no signal, while it is drawn on.
    ///
    /// # Errors
    /// A terminal that is gone.
    pub fn is_told_to_stop(&self) -> Result<bool> {
        while event::poll(Duration::ZERO)? {
            if let Event::Key(key) = event::read()? {
                let is_ctrl_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
                if is_ctrl_c || [KeyCode::Char('q'), KeyCode::Esc].contains(&key.code) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

fn draw(frame: &mut Frame<'_>, heading: &str, history: &[(f64, [usize; 3])], picture: &Picture, tally: &Tally) {
    let rows = [
        Constraint::Length(1),
        Constraint::Length(3),
        Constraint::Length(3),
        Constraint::Min(6),
        Constraint::Length(6),
    ];
    let [title, counts, gauge, chart, verdict] = Layout::vertical(rows).areas(frame.area());
    frame.render_widget(self::title(heading, picture), title);
    self::counts(frame, counts, picture);
    self::gauge(frame, gauge, picture);
    self::chart(frame, chart, history);
    frame.render_widget(self::verdict(picture, tally), verdict);
}

fn title(heading: &str, picture: &Picture) -> Paragraph<'static> {
    let time = shown_time(picture.elapsed);
    Paragraph::new(Line::from(vec![
        " Holdfast ".bold().reversed(),
        format!(" {heading}   {time}   ").into(),
        "ctrl-C ends it".dim(),
    ]))
}

/// The figures, side by side.
fn counts(frame: &mut Frame<'_>, area: Rect, picture: &Picture) {
    let count = |state| grouped(picture.count(state));
    let shown = [
        ("came", grouped(picture.came()), Color::Reset),
        ("early", count(State::Early), Color::Reset),
        ("waiting", count(State::Waiting), WAITING),
        ("admitted", grouped(picture.verdict.admitted), Color::Reset),
        ("booked", count(State::Booked), BOOKED),
        ("wait p50", wait(picture.waits_ms[0]), Color::Reset),
        ("wait p95", wait(picture.waits_ms[1]), Color::Reset),
    ];
    // Nobody is early where nothing opens later.
    let has_early = picture.count(State::Early) > 0;
    let shown: Vec<_> = shown.into_iter().filter(|(what, ..)| *what != "early" || has_early).collect();
    let areas = Layout::horizontal(shown.iter().map(|_| Constraint::Fill(1))).split(area);
    for ((what, figure, color), area) in shown.into_iter().zip(areas.iter()) {
        let figure = Paragraph::new(figure).centered().style(Style::new().fg(color).add_modifier(Modifier::BOLD));
        frame.render_widget(figure.block(Block::bordered().title(format!(" {what} "))), *area);
    }
}

/// Who is inside, against how many may be.
fn gauge(frame: &mut Frame<'_>, area: Rect, picture: &Picture) {
    let inside = picture.inside();
    let max = picture.verdict.inside_max;
    let label = match max {
        Some(max) => format!("{} of {} that may be", grouped(inside), grouped(max)),
        None => grouped(inside),
    };
    let ratio = float(inside) / float(max.unwrap_or(picture.buyers).max(1));
    let gauge = Gauge::default().ratio(ratio.clamp(0.0, 1.0)).label(label).gauge_style(INSIDE).use_unicode(true);
    frame.render_widget(gauge.block(Block::bordered().title(" inside ")), area);
}

/// Those who waited, were inside and had booked, over the time.
fn chart(frame: &mut Frame<'_>, area: Rect, history: &[(f64, [usize; 3])]) {
    let series = [("waiting", WAITING, 0), ("inside", INSIDE, 1), ("booked", BOOKED, 2)];
    let points = series.map(|(_, _, which)| -> Vec<(f64, f64)> {
        history.iter().map(|(at, counts)| (*at, float(counts[which]))).collect()
    });
    let most = history.iter().flat_map(|(_, counts)| counts).max().copied().unwrap_or_default().max(10);
    let until = history.last().map_or(10.0, |(at, _)| at.max(10.0));
    let sets = series.iter().zip(&points).map(|((name, color, _), points)| {
        Dataset::default().name(*name).marker(Marker::Braille).graph_type(GraphType::Line).style(*color).data(points)
    });
    let seconds = [0.0, until / 2.0, until].map(|at| shown_time(Duration::from_secs_f64(at)));
    let chart = Chart::new(sets.collect())
        .block(Block::bordered().title(" buyers over time "))
        .legend_position(Some(LegendPosition::TopLeft))
        .hidden_legend_constraints((Constraint::Ratio(1, 2), Constraint::Ratio(1, 2)))
        .x_axis(Axis::default().bounds([0.0, until]).labels(seconds))
        .y_axis(Axis::default().bounds([0.0, float(most)]).labels([0, most / 2, most].map(grouped)));
    frame.render_widget(chart, area);
}

fn verdict(picture: &Picture, tally: &Tally) -> Paragraph<'static> {
    let verdict = &picture.verdict;
    let told = |text: String, is_right: bool| {
        Line::from(Span::styled(text, Style::new().fg(if is_right { BOOKED } else { WRONG })))
    };
    let ends = [
        (State::Left, "left the line"),
        (State::RanOut, "let the pass run out"),
        (State::WentHome, "went home, sold out"),
        (State::Lost, "got no further"),
    ];
    let ends: Vec<String> =
        ends.iter().map(|(state, what)| format!("{} {what}", grouped(picture.count(*state)))).collect();
    let requests = format!(
        "{} requests, p50 {}, p95 {}, {} broken",
        tally.requests.load(Ordering::Relaxed),
        shown_ms(tally.milliseconds(0.5)),
        shown_ms(tally.milliseconds(0.95)),
        tally.broken.load(Ordering::Relaxed),
    );
    let lines = vec![
        told(order(verdict), verdict.overtakings.is_empty() && verdict.wrong_places() == 0),
        told(bound(verdict), verdict.is_within_bound()),
        Line::from(ends.join(", ")),
        Line::from(requests),
    ];
    Paragraph::new(lines).block(Block::bordered().title(" as the buyers were told "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::judge::{Told, judge};
    use super::*;
    use crate::client::Client;
    use crate::target::Target;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn drawn(width: u16, height: u16, inside_max: usize) -> String {
        let client = Client::new(&Target::new("http://127.0.0.1:1", None, false).unwrap()).unwrap();
        let told = [1, 2].map(|number| Told {
            number: Some(number),
            admitted_at: Some(0),
            inside_until: Some(9),
            ..Told::default()
        });
        let states = [(State::Inside, 1_234), (State::Waiting, 567), (State::Booked, 89)].into();
        let verdict = judge(&told, Some(inside_max), true);
        let picture =
            Picture { buyers: 2_000, states, waits_ms: [Some(1_500), None, None], verdict, ..Picture::default() };
        let history = [(0.0, [0, 0, 0]), (5.0, [567, 1_234, 89])];
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, "2,000 buyers", &history, &picture, &client.tally)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn the_view_shows_where_buyers_are_and_whether_anyone_was_overtaken() {
        let screen = drawn(110, 30, 1_500);
        for part in ["2,000 buyers", "waiting", "567", "1,234 of 1,500 that may be", "89", "1.5 s", "nobody overtaken"]
        {
            assert!(screen.contains(part), "{part} in\n{screen}");
        }
        assert!(screen.matches("booked").count() >= 2, "the figure, and the key of the chart:\n{screen}");
        assert!(drawn(110, 30, 1).contains("2 INSIDE, and no more than 1 may be"));
    }

    #[test]
    fn a_small_terminal_is_drawn_on_too() {
        for (width, height) in [(20, 5), (1, 1), (80, 24)] {
            drawn(width, height, 1_500);
        }
    }
}
