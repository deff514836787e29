//! Learning a recipe's numbers from the rows of a table.

use std::collections::BTreeMap;

use super::number::Cell;
use super::preprocessing::{Filling, Learned, LearnedFeature, LearnedTarget, Preprocessing};
use super::recipe::{Feature, Fill, Form, Input, Target, TargetForm};
use super::{Recipe, Table};
use crate::Error;

impl Preprocessing {
    /// Learns from every row of a table.
    pub(crate) fn learn(recipe: &Recipe, table: &Table) -> Result<Self, Error> {
        let learn = |input: Input<Feature>| -> Result<Input<LearnedFeature>, Error> {
            let features = input.features.into_iter().map(|feature| feature.learn(table));
            Ok(Input { name: input.name, features: features.collect::<Result<_, _>>()? })
        };
        let inputs = recipe.inputs()?.into_iter().map(learn).collect::<Result<_, _>>()?;
        let targets = recipe.targets().iter().map(|target| target.learn(table)).collect::<Result<_, _>>()?;
        Ok(Self { csv: table.settings().clone(), inputs, targets, arrays: Vec::new() })
    }
}

impl Feature {
    fn learn(self, table: &Table) -> Result<LearnedFeature, Error> {
        let (filling, learned) = match self.form {
            Form::HashedWords { .. } => {
                table.column(&self.column, "hashed_words")?;
                (None, Learned::Nothing)
            }
            Form::OneHot | Form::Index => self.categories(table)?,
            Form::Numbers | Form::Standardize | Form::Scale { .. } => self.statistics(table)?,
        };
        Ok(LearnedFeature { feature: self, filling, learned })
    }

    fn statistics(&self, table: &Table) -> Result<(Option<Filling>, Learned), Error> {
        let column = table.column(&self.column, self.form.name())?;
        let mut numbers = Vec::with_capacity(table.rows());
        for row in 0..table.rows() {
            match table.number(row, column)? {
                Some(number) => numbers.push(f64::from(number)),
                None if self.fill.is_none() => return Err(table.missing(row, column, "a number", Some("Fill::Mean"))),
                None => {}
            }
        }
        if numbers.is_empty() {
            return Err(table.wrong_column(column, "missing in every row of training", "a number in one").into());
        }
        let number = match self.fill {
            Some(Fill::Mean) => Some(mean(&numbers)),
            Some(_) => Some(median(&mut numbers.clone())),
            None => None,
        };
        if let Some(number) = number {
            numbers.resize(table.rows(), number);
        }
        let learned = match self.form {
            Form::Standardize => standard(&numbers),
            Form::Scale { .. } => Learned::Range {
                minimum: numbers.iter().copied().fold(f64::INFINITY, f64::min),
                maximum: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            },
            _ => Learned::Nothing,
        };
        Ok((number.map(Filling::Number), learned))
    }

    fn categories(&self, table: &Table) -> Result<(Option<Filling>, Learned), Error> {
        let column = table.column(&self.column, self.form.name())?;
        let counts = counts(table, column, self.fill.is_some())?;
        let filling = self.fill.map(|_| {
            let most = counts.iter().map(|(_, count)| *count).max();
            let first = counts.iter().find(|(_, count)| Some(*count) == most);
            Filling::Category(first.map_or_else(String::new, |(category, _)| category.clone()))
        });
        let categories = counts.into_iter().map(|(category, _)| category).collect();
        Ok((filling, Learned::Categories(categories)))
    }
}

impl Target {
    fn learn(&self, table: &Table) -> Result<LearnedTarget, Error> {
        let column = table.column(&self.column, self.form.name())?;
        let learned = match self.form {
            TargetForm::Numbers => Learned::Nothing,
            TargetForm::Standardize => standard(&table.target_numbers(column)?),
            TargetForm::Classes => {
                let counts = counts(table, column, false)?;
                Learned::Categories(counts.into_iter().map(|(category, _)| category).collect())
            }
        };
        Ok(LearnedTarget { target: self.clone(), learned })
    }
}

impl Table {
    /// The numbers of a target, of which none may be missing.
    pub(super) fn target_numbers(&self, column: usize) -> Result<Vec<f64>, Error> {
        let number = |row| match self.number(row, column)? {
            Some(number) => Ok(f64::from(number)),
            None => Err(self.missing(row, column, "a number", None)),
        };
        (0..self.rows()).map(number).collect()
    }
}

/// The texts of a column and how often each is there: by value if all are numbers, else by text.
fn counts(table: &Table, column: usize, may_miss: bool) -> Result<Vec<(String, usize)>, Error> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in 0..table.rows() {
        match table.text(row, column) {
            Some(text) => *counts.entry(text).or_default() += 1,
            None if may_miss => {}
            None => return Err(table.missing(row, column, "a category", Some("Fill::MostFrequent"))),
        }
    }
    if counts.is_empty() {
        return Err(table.wrong_column(column, "missing in every row of training", "a category in one").into());
    }
    let number = |text: &str| if let Cell::Number(number) = Cell::of(text) { Some(number) } else { None };
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    if counts.iter().all(|(text, _)| number(text).is_some()) {
        // The sort is stable: texts of one value stay in alphabetical order.
        counts.sort_by(|(a, _), (b, _)| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal));
    }
    Ok(counts.into_iter().map(|(text, count)| (text.to_string(), count)).collect())
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { (numbers[middle - 1] + numbers[middle]) / 2.0 }
}

/// Mean and deviation of the population.
fn standard(numbers: &[f64]) -> Learned {
    let (n, mean) = (numbers.len() as f64, mean(numbers));
    standard_of(n, mean, numbers.iter().map(|number| (number - mean).powi(2)).sum())
}

/// Mean and deviation of `n` numbers, from the sum of the squares of their distances to the mean. A deviation that is rounding
/// alone counts as none, and none as 1, as in scikit-learn's `StandardScaler`.
pub(super) fn standard_of(n: f64, mean: f64, squares: f64) -> Learned {
    let variance = squares / n;
    let rounding = n * f64::EPSILON * variance + (n * mean * f64::EPSILON).powi(2);
    // An infinite variance makes the rounding infinite too.
    let deviation = if variance.is_finite() && variance <= rounding { 1.0 } else { variance.sqrt() };
    Learned::Standard { mean, deviation }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_those_of_the_population() {
        assert_eq!(standard(&[1.0, 2.0, 3.0, 6.0]), Learned::Standard { mean: 3.0, deviation: 3.5f64.sqrt() });
        assert_eq!(median(&mut [5.0, -1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [5.0, -1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn constant_columns_are_divided_by_one() {
        for number in [0.0, 0.1, -1e30, 3e38] {
            let numbers = vec![f64::from(number as f32); 1001];
            let Learned::Standard { mean, deviation } = standard(&numbers) else { unreachable!() };
            assert_eq!(deviation, 1.0, "{number}");
            assert!((mean - numbers[0]).abs() <= 1e-10 * numbers[0].abs(), "{number}: {mean}");
        }
    }
}
