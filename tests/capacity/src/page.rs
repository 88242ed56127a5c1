//! The figures of docs/capacity.md: each table between two comments, `<!-- name -->` and `<!-- /name -->`.

use crate::audience;
use crate::aws;
use crate::bill::{AIM, Bill, order_units};
use crate::house::HOUSES;
use crate::markdown::{Grid, dollars, whole};
use crate::rates;
use crate::sale;
use crate::template::Template;
use crate::usage::{budget, call, milliseconds};

/// The tables, each with its name.
///
/// # Errors
/// The template or the budgets lack something.
pub fn blocks() -> Result<Vec<(&'static str, String)>, String> {
    let template = Template::read()?;
    let [met, bound] = sale::tables(&template)?;
    Ok(vec![
        ("verbs", verbs(&template)?),
        ("houses", houses()),
        ("bills", bills(&template)?),
        ("watchers", audience::table(&template)?),
        ("rates", rates::table()?),
        ("limits", rates::limits(&template)?),
        ("sale", met),
        ("bound", bound),
    ])
}

/// The page with these tables in their places.
///
/// # Errors
/// A place is missing.
pub fn filled(page: &str, blocks: &[(&str, String)]) -> Result<String, String> {
    blocks.iter().try_fold(page.to_owned(), |page, (name, text)| {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let (before, rest) = page.split_once(&start).ok_or_else(|| format!("the page has no {start}"))?;
        let (_, after) = rest.split_once(&end).ok_or_else(|| format!("the page has no {end}"))?;
        Ok(format!("{before}{start}{text}{end}{after}"))
    })
}

/// Verbs that the page shows, each with its function.
const SHOWN: [(&str, &str); 14] = [
    ("first hold, of 1 seat", "hold"),
    ("first hold, of 1 seat, with a key", "hold"),
    ("first hold, of 4 seats", "hold"),
    ("first hold, of 50 seats", "hold"),
    ("1 seat more", "hold"),
    ("extend of 4 seats", "hold"),
    ("release of 4 seats", "release"),
    ("confirm of 1 seat", "confirm"),
    ("confirm of 1 seat, with a key", "confirm"),
    ("confirm of 4 seats", "confirm"),
    ("confirm of 50 seats", "confirm"),
    ("booking of 2 seats in one step", "confirm"),
    ("cancel of 1 seat of 4", "confirm"),
    ("a page of a buyer's bookings", "confirm"),
];

fn verbs(template: &Template) -> Result<String, String> {
    let mut grid = Grid::new(&[
        "verb",
        "requests",
        "units written",
        "ms",
        "table",
        "Lambda",
        "API Gateway",
        "CloudFront",
        "logs",
        "USD for a million",
    ]);
    for (verb, function) in SHOWN {
        let measured = budget(verb)?;
        let cost = call(template, function, measured)?;
        let parts = [cost.table, cost.functions, cost.gateway, cost.edge, cost.logs, cost.sum()];
        let counts = [measured.requests.to_string(), measured.units.to_string(), milliseconds(measured).to_string()];
        let cells = std::iter::once(verb.to_owned()).chain(counts).chain(parts.map(|cost| dollars(cost * 1e6)));
        grid.row(cells);
    }
    Ok(grid.text(true))
}

fn houses() -> String {
    let mut grid = Grid::new(&["house", "what it sells", "seats a month", "holds a minute", "lanes of an event"]);
    for house in &HOUSES {
        grid.row([
            house.name.to_owned(),
            house.sells.to_owned(),
            whole(house.seats),
            format!("{:.1}", house.holds_a_minute()),
            house.lanes().to_string(),
        ]);
    }
    grid.text(false)
}

/// A part of a bill, in dollars.
type Part = fn(&Bill) -> f64;

fn bills(template: &Template) -> Result<String, String> {
    let bills: Vec<Bill> = HOUSES.iter().map(|house| Bill::of(house, template)).collect::<Result<_, _>>()?;
    let mut head = vec!["USD a month"];
    head.extend(HOUSES.iter().map(|house| house.name));
    let mut grid = Grid::new(&head);
    let mut row = |what: &str, of: &dyn Fn(&Bill) -> String| {
        grid.row(std::iter::once(what.to_owned()).chain(bills.iter().map(of)));
    };
    let parts: [(&str, Part); 14] = [
        ("requests of buyers: table", |bill| bill.orders.table),
        ("requests of buyers: Lambda", |bill| bill.orders.functions),
        ("requests of buyers: API Gateway", |bill| bill.orders.gateway),
        ("requests of buyers: CloudFront", |bill| bill.orders.edge),
        ("requests of buyers: logs", |bill| bill.orders.logs),
        ("instances that start", |bill| bill.starts),
        ("stream: `broadcast` and `outbox`", |bill| bill.stream.sum()),
        ("sweep: what it reads and writes", |bill| bill.sweep.sum()),
        ("sweep: its sleep until holds end", |bill| bill.waiting),
        ("rows kept for a year, with backups", |bill| bill.storage),
        ("schedules that find nothing", |bill| bill.schedules.sum()),
        ("secrets", |bill| bill.secrets),
        ("metrics of the functions' own", |bill| bill.metrics),
        ("**all**", Bill::sum),
    ];
    for (what, part) in parts {
        row(what, &|bill| dollars(part(bill)));
    }
    row("seats sold", &|bill| whole(bill.seats));
    row("**USD for a seat sold**", &|bill| format!("{:.6}", bill.for_a_seat()));
    row(&format!("at most {AIM:.5}"), &|bill| if bill.for_a_seat() <= AIM { "yes".into() } else { "no".into() });
    row("for a seat, without secrets and schedules", &|bill| {
        format!("{:.6}", (bill.sum() - bill.fixed()) / bill.seats)
    });
    row("and without the sweep's sleep", &|bill| {
        format!("{:.6}", (bill.sum() - bill.fixed() - bill.waiting) / bill.seats)
    });
    Ok(grid.text(true))
}

/// What the page says in its text: each figure with the words around it.
///
/// # Errors
/// The template or the budgets lack something.
pub fn sentences() -> Result<Vec<String>, String> {
    let template = Template::read()?;
    let arena = Bill::of(&HOUSES[2], &template)?;
    let theatre = Bill::of(&HOUSES[0], &template)?;
    let arm = (1.0 - aws::GB_SECOND_ARM64 / aws::GB_SECOND) * 100.0;
    #[allow(clippy::cast_precision_loss)] // thousands
    let visits = [300, sale::SEATS].map(|seats| format!("{:.6}", audience::visit(seats as f64)));
    let [small, large] = visits;
    let lane = rates::lane_read_units().ok_or("no hold was planned")?;
    Ok(vec![
        format!("up to {lane} units for each lane that is full"),
        format!("{} write units from hold to booking", order_units()),
        format!("{} units at once", rates::reservation_units()),
        format!("a second × {}, and × {} more", rates::reservation_units(), rates::confirm_units()),
        format!("USD {} a month", dollars(theatre.fixed())),
        format!("USD {} for the evening", dollars(arena.sum())),
        format!("{arm:.0} % less"),
        format!("USD {small} for a hall of 300 seats and USD {large} for one of 20,000"),
    ])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn path() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/capacity.md")
    }

    #[test]
    fn docs_capacity_says_what_is_computed() {
        let page = std::fs::read_to_string(path()).unwrap();
        let filled = filled(&page, &blocks().unwrap()).unwrap();
        let other = page.lines().zip(filled.lines()).find(|(says, is)| says != is);
        assert!(page == filled, "docs/capacity.md is behind (`make capacity` writes it): {other:?}");
        let text = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in sentences().unwrap() {
            assert!(text.contains(&sentence), "docs/capacity.md does not say {sentence:?}");
        }
    }

    #[test]
    fn a_table_is_put_between_its_comments_and_nowhere_else() {
        let page = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n";
        let new = filled(page, &[("x", "new\n".to_owned())]).unwrap();
        assert_eq!(new, "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n");
        assert!(filled("a", &[("x", String::new())]).unwrap_err().contains("<!-- x -->"));
    }

    #[test]
    #[ignore = "writes docs/capacity.md: make capacity"]
    fn write_docs_capacity() {
        let page = std::fs::read_to_string(path()).unwrap();
        std::fs::write(path(), filled(&page, &blocks().unwrap()).unwrap()).unwrap();
        sentences().unwrap().iter().for_each(|sentence| println!("{sentence}"));
    }
}
