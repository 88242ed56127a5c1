//! Whether a waiting room is fair, as its answers tell: what a buyer is told of a place, and whether a pass let in whom it had to.

use crate::door::{Door, Room, Taken};
use crate::judge::time;
use crate::ledger::broken;
use crate::world::CLOCKS_APART_MS;
use audit::Violation;
use domain::clock::Moment;
use domain::name::PriorityName;
use domain::queue::line::Line;
use domain::queue::pass::NoPass;
use jwt::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

/// How old a line may be that an answer goes by, in ms: a function remembers it for a second by a clock that may jump meanwhile.
const LINE_AGE_MS: i64 = 3_000;
/// How old where it says whether an automatic room is on, in ms.
const OPEN_AGE_MS: i64 = 8_000;

/// An answer: whose, of which event, and when it was asked for and given, in ms.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The event.
    pub event: &'a str,
    /// The buyer.
    pub buyer: &'a str,
    /// When it was asked for.
    pub from: i64,
    /// When it was given.
    pub to: i64,
}

impl Door {
    /// Judges what a buyer is told of a place.
    #[must_use]
    pub fn judge_place(&self, passes: &Passes, answered: &Answered<'_>, data: &Value) -> Option<Violation> {
        let room = self.rooms.get(answered.event)?;
        let fault = room.untrue_place(passes, answered, data)?;
        Some(broken(
            12,
            format!("{} was told {data} from {} to {}: {fault}", answered.buyer, answered.from, answered.to),
        ))
    }

    /// Judges what became of a wish to hold or book, and the pass that came with it.
    #[must_use]
    pub fn judge_entry(
        &self,
        passes: &Passes,
        answered: &Answered<'_>,
        pass: Option<&str>,
        (status, body): (u16, &Value),
    ) -> Option<Violation> {
        let room = self.rooms.get(answered.event)?;
        let is_refused = body["code"] == "queue_required";
        let reason = body["data"]["reason"].as_str().unwrap_or_default();
        let good = pass.map(|pass| check(passes, answered, pass, answered.from - CLOCKS_APART_MS));
        let fault = match (good, is_refused) {
            (None, true) if reason == NoPass::Missing.as_str() => None,
            (Some(Err(_)), true) => None,
            (Some(Ok(())), true) => {
                let is_over = check(passes, answered, pass?, answered.to + CLOCKS_APART_MS).is_err();
                (!is_over || reason != NoPass::Expired.as_str()).then(|| format!("a good pass was refused: {reason}"))
            }
            (_, true) => Some(format!("no pass was refused as {reason}")),
            (_, false) if !matches!(status, 200 | 409) => None,
            (Some(Ok(())), false) => room.surely_not_due(answered),
            (_, false) if room.may_be_open(answered) => None,
            (_, false) => Some(format!("served without a good pass ({pass:?})")),
        };
        Some(broken(12, format!("{} of {} at {}: {}", answered.buyer, answered.event, answered.to, fault?)))
    }
}

/// Reads passes by the public key, and not with the code that is judged.
pub struct Passes(DecodingKey);

impl Passes {
    /// Passes that this public key verifies.
    ///
    /// # Errors
    /// It is no key.
    pub fn new(public_key: &str) -> Result<Self, String> {
        DecodingKey::from_ed_components(public_key).map(Self).map_err(|error| error.to_string())
    }

    /// Until when a pass of this buyer's is good for this event, in ms; none where it is no such pass.
    fn good_until(&self, answered: &Answered<'_>, pass: &str) -> Option<i64> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.set_required_spec_claims::<&str>(&[]);
        let claims = jwt::decode::<Value>(pass, &self.0, &validation).ok()?.claims;
        let is_it = claims["sub"] == answered.buyer && claims["event"] == answered.event;
        #[allow(clippy::cast_possible_truncation)] // a time
        claims["exp"].as_f64().filter(|_| is_it).map(|end| (end * 1_000.0).round() as i64)
    }
}

fn check(passes: &Passes, answered: &Answered<'_>, pass: &str, now: i64) -> Result<(), NoPass> {
    match passes.good_until(answered, pass) {
        None => Err(NoPass::NotYours),
        Some(until) if now < until => Ok(()),
        Some(_) => Err(NoPass::Expired),
    }
}

impl Room {
    fn untrue_place(&self, passes: &Passes, answered: &Answered<'_>, data: &Value) -> Option<String> {
        if let Some(lottery) = &self.lottery
            && let Some(fault) = lottery.untrue(answered.buyer, (answered.from - LINE_AGE_MS, answered.to), data)
        {
            return Some(fault);
        }
        let number = data["number"].as_u64()?;
        let is_it = |one: &&Taken| {
            one.place.number == number && data["priority"] == one.place.priority.as_str() && one.at <= answered.to
        };
        let all = self.taken.get(answered.buyer).map(Vec::as_slice).unwrap_or_default();
        let Some(one) = all.iter().find(is_it) else { return Some("the buyer never had this place".to_owned()) };
        if let Some(pass) = data["pass"].as_str() {
            return self.untrue_pass(passes, answered, one, (pass, data));
        }
        match data["status"].as_str().unwrap_or_default() {
            "done" => {
                let is_over = one.visit.is_some_and(|visit| visit.may_be_over(self.rules.pass_ms, answered.to));
                (!is_over).then(|| format!("the turn is not over: {:?}", one.visit))
            }
            "waiting" => self.untrue_wait(answered, one, data["ahead"].as_u64().unwrap_or(u64::MAX)),
            other => Some(format!("{other} without a pass")),
        }
    }

    /// A pass is the buyer's, for this event, ends as it is told to, and its turn has come.
    fn untrue_pass(
        &self,
        passes: &Passes,
        answered: &Answered<'_>,
        one: &Taken,
        (pass, data): (&str, &Value),
    ) -> Option<String> {
        let Some(visit) = one.visit else { return Some("the line has not promised this turn".to_owned()) };
        let (admitted_at, until) = (time(&data["admittedAt"]), time(&data["passExpiresAt"]));
        if admitted_at != Some(visit.admitted_at) || until != Some(visit.admitted_at + self.rules.pass_ms) {
            return Some(format!("the turn is {visit:?}"));
        }
        if visit.told_at > answered.to || visit.admitted_at > answered.to + CLOCKS_APART_MS {
            return Some(format!("the turn has not come: {visit:?}"));
        }
        let until = until.unwrap_or_default();
        let ends = (check(passes, answered, pass, until - 1), check(passes, answered, pass, until));
        (ends != (Ok(()), Err(NoPass::Expired))).then(|| format!("the pass is not as told: {ends:?}"))
    }

    /// As many are ahead as some line says that the answer may have gone by, at some moment by some clock.
    fn untrue_wait(&self, answered: &Answered<'_>, one: &Taken, ahead: u64) -> Option<String> {
        let (from, to) = (answered.from - CLOCKS_APART_MS, answered.to + CLOCKS_APART_MS);
        if let Some(visit) = one.visit
            && visit.told_at < answered.from - LINE_AGE_MS
            && visit.admitted_at < from
        {
            return Some(format!("the turn came: {visit:?}"));
        }
        let lines = self.lines_between(answered.from - LINE_AGE_MS, answered.to);
        let (Some((_, oldest)), Some((_, newest))) = (lines.first(), lines.last()) else { return None };
        let of = |line: &Line, at: i64| passed(line, &one.place.priority, at);
        let before = one.place.number - 1;
        let (most, least) = (before.saturating_sub(of(oldest, from)), before.saturating_sub(of(newest, to)));
        // Before there was any line nobody had been let in.
        let most = if self.lines_between(i64::MIN, answered.from - LINE_AGE_MS).is_empty() { before } else { most };
        (ahead < least || ahead > most).then(|| format!("between {least} and {most} are ahead"))
    }

    /// Whoever was served with a pass had a turn that had come.
    fn surely_not_due(&self, answered: &Answered<'_>) -> Option<String> {
        let all = self.taken.get(answered.buyer).map(Vec::as_slice).unwrap_or_default();
        let is_due = |one: &Taken| {
            one.visit.is_some_and(|visit| {
                visit.admitted_at <= answered.to + CLOCKS_APART_MS
                    && answered.from - CLOCKS_APART_MS < visit.admitted_at + self.rules.pass_ms
            })
        };
        (!all.iter().any(is_due)).then(|| format!("served though no turn of theirs had come: {all:?}"))
    }

    /// Whether an automatic room may have been open for somebody who goes by what was told some seconds ago.
    fn may_be_open(&self, answered: &Answered<'_>) -> bool {
        let lines = self.lines_between(answered.from - OPEN_AGE_MS, answered.to);
        self.rules.is_auto
            && (lines.iter().any(|(_, line)| crate::door::is_open(line))
                || self.lines.first().is_none_or(|(first, _)| *first > answered.from - OPEN_AGE_MS))
    }
}

fn passed(line: &Line, priority: &PriorityName, at: i64) -> u64 {
    line.passed(priority, Moment(at))
}
