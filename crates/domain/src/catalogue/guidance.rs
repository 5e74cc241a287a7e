//! 情形引导: questions, and what their answers mean.

use super::Matter;
use crate::form::Choice;
use crate::rules::{Answers, Rule, Truth, UNKNOWN, holds};
use serde::{Deserialize, Serialize};

/// One question; 不清楚 is always possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique among questions and fields of the matter.
    pub id: String,
    pub text: String,
    /// Why it is asked.
    pub why: String,
    pub options: Vec<Choice>,
    /// Asked unless this is definitely false.
    #[serde(default)]
    pub when: Option<Rule>,
}

/// A condition of the matter. When it fails, `otherwise` says what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub id: String,
    /// The condition in plain words.
    pub text: String,
    pub rule: Rule,
    /// Heading when it fails, e.g. 您不用办许可，备案就可以.
    pub title_if_not: String,
    /// What to do instead, kindly.
    pub otherwise: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    Eligible,
    /// Something decisive is not known yet.
    Maybe,
    NotEligible,
}

/// The outcome of the questions with the deciding conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict<'a> {
    pub eligibility: Eligibility,
    /// Each condition with how it stands.
    pub conditions: Vec<(&'a Condition, Truth)>,
}

impl<'a> Verdict<'a> {
    /// The conditions that decided against, or that are still open.
    pub fn deciding(&self) -> impl Iterator<Item = &'a Condition> + '_ {
        let wanted = match self.eligibility {
            Eligibility::Eligible => Truth::Yes,
            Eligibility::Maybe => Truth::Unknown,
            Eligibility::NotEligible => Truth::No,
        };
        self.conditions.iter().filter(move |(_, t)| *t == wanted).map(|(c, _)| *c)
    }
}

impl Question {
    /// Whether `value` may be stored as this question's answer.
    pub fn accepts(&self, value: &str) -> bool {
        value == UNKNOWN || self.options.iter().any(|o| o.value == value)
    }
}

impl Matter {
    /// The questions this person is asked, in order.
    pub fn asked<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a Question> + 'a {
        self.questions.iter().filter(|q| holds(q.when.as_ref(), answers).is_possible())
    }

    /// The questions that can be shown together: what a rule looks at has been answered, if only by 不清楚.
    pub fn asked_together<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a Question> + 'a {
        let answered = |name: &str| answers.get(name).is_some_and(|a| !a.is_empty());
        let ready = move |q: &&Question| {
            let Some(rule) = &q.when else { return true };
            rule.eval(answers) == Truth::Yes || rule.fields().into_iter().all(answered)
        };
        self.asked(answers).filter(ready)
    }

    /// The first question without an answer. A definite no ends the questions early.
    pub fn next_question<'a>(&'a self, answers: &'a Answers) -> Option<&'a Question> {
        if self.verdict(answers).eligibility == Eligibility::NotEligible {
            return None;
        }
        self.asked(answers).find(|q| !answers.get(&q.id).is_some_and(|a| q.accepts(a)))
    }

    /// Eligible, maybe or not, with every condition's state.
    pub fn verdict(&self, answers: &Answers) -> Verdict<'_> {
        let conditions: Vec<_> = self.conditions.iter().map(|c| (c, c.rule.eval(answers))).collect();
        let all = conditions.iter().fold(Truth::Yes, |acc, (_, t)| acc.and(*t));
        let eligibility = match all {
            Truth::Yes => Eligibility::Eligible,
            Truth::Unknown => Eligibility::Maybe,
            Truth::No => Eligibility::NotEligible,
        };
        Verdict { eligibility, conditions }
    }
}
