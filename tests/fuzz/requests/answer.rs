//! What a function answered, and what every refusal must look like.

use crate::check;
use lambda_http::http::HeaderMap;
use serde_json::Value;

/// The id of every request here; it comes back with the answer.
pub const REQUEST_ID: &str = "r1";

/// What a function answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: HeaderMap,
}

impl Answer {
    /// Checks that this is the head of an answer with one of these statuses, and nothing more.
    pub fn check_head(&self, statuses: &[u16]) {
        assert!(statuses.contains(&self.status), "{} is none of {statuses:?}", self.status);
        assert!(self.body.is_null(), "{}", self.body);
        self.check_headers();
    }

    /// Checks that this is a refusal in the contract's form, with one of these statuses.
    pub fn check(&self, statuses: &[u16]) {
        assert!(statuses.contains(&self.status), "{} is none of {statuses:?}: {}", self.status, self.body);
        assert_eq!(self.body["success"], false, "{}", self.body);
        let code = self.body["code"].as_str().unwrap();
        let fits = match self.status {
            400 | 405 | 413 | 415 => code == "invalid_data",
            401 => code == "unauthorized",
            403 => code == "forbidden",
            404 => code == "not_found",
            409 => matches!(
                code,
                "seat_held" | "seat_booked" | "not_held" | "not_together" | "payment_failed" | "sold_out"
            ),
            _ => false,
        };
        assert!(fits, "{} with {code}", self.status);
        check::message(self.body["message"].as_str().unwrap());
        assert!(self.body["data"].is_object(), "{}", self.body);
        assert_eq!(self.body.as_object().unwrap().len(), 4, "{}", self.body);
        self.check_headers();
    }

    fn check_headers(&self) {
        assert_eq!(self.headers["x-request-id"], REQUEST_ID);
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!(self.headers.contains_key("www-authenticate"), self.status == 401);
        assert_eq!(self.headers.contains_key("allow"), self.status == 405);
    }
}
