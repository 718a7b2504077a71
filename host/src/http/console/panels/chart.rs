//! A chart of a panel as a picture that the page itself draws.

use crate::domain::panel::Chart;

/// The picture's size, in its own units; the page makes it as wide as there is room.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 96.0;
/// How wide a bar is at most.
const WIDEST: f64 = 28.0;
/// So many series differ in how they look.
const LOOKS: usize = 4;

/// A bar.
#[derive(Debug, PartialEq)]
pub struct Bar {
    /// From the left.
    pub x: String,
    /// From the top.
    pub y: String,
    /// How wide.
    pub width: String,
    /// How high.
    pub height: String,
    /// What it stands for.
    pub title: String,
}

/// A series as it is drawn.
#[derive(Debug, PartialEq)]
pub struct Drawing {
    /// Which of the looks it has.
    pub look: usize,
    /// What it is called.
    pub title: String,
    /// Its bars; none where it is a line.
    pub bars: Vec<Bar>,
    /// The points of its line; empty where it has bars.
    pub points: String,
}

/// The picture.
#[derive(Debug, PartialEq)]
pub struct Picture {
    /// Its width and height.
    pub size: (f64, f64),
    /// The series.
    pub series: Vec<Drawing>,
    /// What the first and the last place are called.
    pub ends: (String, String),
    /// The smallest and the largest value.
    pub range: (f64, f64),
    /// All of it in words, for who doesn't see it.
    pub words: String,
}

impl Picture {
    /// Of a chart.
    pub fn of(chart: &Chart) -> Self {
        let values = || chart.series.iter().flat_map(|series| series.values.iter().copied());
        let (least, most) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        // Of one value everywhere, so that nothing is divided by nothing.
        let height = if most > least { most - least } else { 1.0 };
        let y = |value: f64| HEIGHT - (value - least) / height * HEIGHT;
        let places = chart.labels.len().max(1) as f64;
        let drawing = |(index, series): (usize, &crate::domain::panel::Series)| {
            let room = WIDTH / places / chart.series.len().max(1) as f64;
            let width = (room * 0.8).min(WIDEST);
            let bar = |(place, value): (usize, &f64)| {
                let (top, bottom) = (y(value.max(0.0)), y(value.min(0.0)));
                Bar {
                    x: short(place as f64 * WIDTH / places + index as f64 * room + (room - width) / 2.0),
                    y: short(top),
                    width: short(width),
                    height: short((bottom - top).max(0.5)),
                    title: format!("{}: {value}", chart.labels.get(place).map_or("", String::as_str)),
                }
            };
            let point = |(place, value): (usize, &f64)| {
                format!("{},{}", short((place as f64 + 0.5) * WIDTH / places), short(y(*value)))
            };
            let values = || series.values.iter().enumerate();
            Drawing {
                look: index % LOOKS,
                title: series.title.clone(),
                bars: if chart.bars { values().map(bar).collect() } else { Vec::new() },
                points: if chart.bars {
                    String::new()
                } else {
                    values().map(point).collect::<Vec<_>>().join(" ")
                },
            }
        };
        let series = chart.series.iter().enumerate().map(drawing).collect();
        let end = |label: Option<&String>| label.cloned().unwrap_or_default();
        let ends = (end(chart.labels.first()), end(chart.labels.last()));
        Self { size: (WIDTH, HEIGHT), series, ends, range: (least, most), words: words(chart) }
    }
}

fn words(chart: &Chart) -> String {
    let of = |series: &crate::domain::panel::Series| {
        let values = chart.labels.iter().zip(&series.values).map(|(label, value)| format!("{label} {value}"));
        format!("{}: {}", series.title, values.collect::<Vec<_>>().join(", "))
    };
    chart.series.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn short(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::panel::Series;

    fn chart(bars: bool, values: &[f64]) -> Chart {
        let labels = (1..=values.len()).map(|month| format!("{month}月")).collect();
        Chart { bars, labels, series: vec![Series { title: "上门".to_owned(), values: values.to_vec() }] }
    }

    #[test]
    fn bars_stand_on_zero_and_reach_their_value() {
        let picture = Picture::of(&chart(true, &[4.0, -4.0]));
        let [first, second] = picture.series[0].bars.as_slice() else { panic!("{picture:?}") };
        assert_eq!((first.y.as_str(), first.height.as_str()), ("0.0", "48.0"));
        assert_eq!((second.y.as_str(), second.height.as_str()), ("48.0", "48.0"));
        assert_eq!(picture.words, "上门: 1月 4, 2月 -4");
    }

    #[test]
    fn a_line_of_zeros_or_nothing_is_drawn() {
        assert_eq!(Picture::of(&chart(false, &[0.0, 0.0])).series[0].points, "80.0,96.0 240.0,96.0");
        assert!(Picture::of(&chart(false, &[])).series[0].points.is_empty());
    }
}
