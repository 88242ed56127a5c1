//! Plots over the seconds of a run, as drawings that stand in the page itself.

use anyhow::{Result, anyhow};
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, Circle, Color, DrawingArea, IntoDrawingArea, IntoFont, LineSeries, RGBColor, SVGBackend, ShapeStyle,
    TextStyle,
};

use super::palette::{Ink, QUIET, RULE, follow_the_page};
use crate::figures::{float, grouped};

const SIZE: (u32, u32) = (1_040, 300);
/// Of the words at the axes, in units of the drawing.
const TEXT: u32 = 15;
const AXIS_BELOW: u32 = 46;
const AXIS_LEFT: u32 = 74;
/// Labels at an axis, about.
const LABELS: usize = 6;

/// One line of a plot: a value for each second, or none.
pub struct Line<'a> {
    pub ink: Ink,
    pub width: u32,
    pub values: &'a [Option<f64>],
}

/// Draws lines over the seconds; `unit` is what their values are.
///
/// # Errors
/// Never: it is drawn into memory.
pub fn over_time(lines: &[Line<'_>], unit: &str) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(&area, lines, unit).map_err(|error| anyhow!("a plot of {unit} cannot be drawn: {error}"))?;
    }
    Ok(follow_the_page(&svg))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<T> = Result<T, Box<dyn std::error::Error>>;

fn draw(area: &Area<'_>, lines: &[Line<'_>], unit: &str) -> Drawn<()> {
    let seconds = lines.iter().map(|line| line.values.len()).max().unwrap_or_default().max(2);
    let highest = lines.iter().flat_map(|line| line.values).flatten().copied().fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.08 } else { 1.0 };
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(18)
        .x_label_area_size(AXIS_BELOW)
        .y_label_area_size(AXIS_LEFT)
        .build_cartesian_2d(0.0..float(seconds - 1), 0.0..top)?;
    let quiet = colour(QUIET);
    let words = TextStyle::from(("sans-serif", TEXT).into_font()).color(&quiet);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(LABELS * 2)
        .y_labels(LABELS)
        .light_line_style(colour(RULE).mix(0.0))
        .bold_line_style(colour(RULE))
        .axis_style(quiet)
        .label_style(words.clone())
        .axis_desc_style(words)
        .x_label_formatter(&|second| format!("{second:.0}"))
        .y_label_formatter(&|value| label(*value, top))
        .x_desc("seconds since the run began")
        .y_desc(unit)
        .draw()?;
    for line in lines {
        for run in runs(line.values) {
            draw_run(&mut chart, line, &run)?;
        }
    }
    Ok(())
}

fn draw_run(
    chart: &mut ChartContext<'_, SVGBackend<'_>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
    line: &Line<'_>,
    run: &[(f64, f64)],
) -> Drawn<()> {
    let style = ShapeStyle::from(colour(line.ink)).stroke_width(line.width);
    match run {
        // A second alone makes no line.
        [only] => chart.draw_series([Circle::new(*only, line.width, style.filled())])?,
        _ => chart.draw_series(LineSeries::new(run.iter().copied(), style))?,
    };
    Ok(())
}

/// Values that follow each other without a gap, with their seconds.
fn runs(values: &[Option<f64>]) -> Vec<Vec<(f64, f64)>> {
    let mut runs: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    for (second, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((float(second), *value)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// A value at an axis, with digits after the point only where the axis is short.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of an axis that begins at 0
fn label(value: f64, top: f64) -> String {
    if top < 5.0 { format!("{value:.1}") } else { grouped(value.round() as usize) }
}

#[allow(clippy::cast_possible_truncation)] // a byte each
fn colour(ink: Ink) -> RGBColor {
    RGBColor((ink.1 >> 16) as u8, (ink.1 >> 8) as u8, ink.1 as u8)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::palette::BLUE;
    use super::*;

    fn plot(values: &[Option<f64>]) -> String {
        over_time(&[Line { ink: BLUE, width: 2, values }], "requests a second").unwrap()
    }

    #[test]
    fn a_plot_says_its_units_and_takes_its_colours_from_the_page() {
        let svg = plot(&[Some(1.0), Some(40.0), Some(20.0)]);
        assert!(svg.starts_with("<svg") && svg.contains("viewBox"), "{svg}");
        assert!(svg.contains("requests a second") && svg.contains("seconds since the run began"));
        assert!(svg.contains("<polyline") && svg.contains("var(--blue)"));
        assert!(!svg.contains('#'), "a colour of its own: {svg}");
    }

    #[test]
    fn a_second_without_a_value_is_a_gap_and_not_a_line_across() {
        assert_eq!(runs(&[Some(1.0), None, Some(2.0), Some(3.0)]), [vec![(0.0, 1.0)], vec![(2.0, 2.0), (3.0, 3.0)]]);
        let svg = plot(&[Some(1.0), None, Some(2.0), Some(3.0)]);
        assert_eq!(svg.matches("<circle").count(), 1, "{svg}");
    }

    #[test]
    fn a_run_in_which_nothing_happened_has_a_plot_too() {
        for values in [&[][..], &[None], &[Some(0.0)], &[None, None, None]] {
            assert!(plot(values).contains("</svg>"));
        }
    }

    #[test]
    fn an_axis_has_digits_after_the_point_only_where_it_is_short() {
        assert_eq!((label(1.25, 3.0), label(1_250.2, 3_000.0)), ("1.2".to_owned(), "1,250".to_owned()));
    }
}
