//! Options of layers, losses and optimizers: their kinds, values and defaults.

use crate::{Catalogue, Dtype, Entry, Shape};

/// One option: a row of a table of options.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name, as written in `name = value`.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its default; nothing where it must be given.
    pub default: Option<fn() -> Value>,
    /// Whether there may be none: the field is an `Option`.
    pub optional: bool,
    /// Its documentation: the lines of its doc comment, each with its line break.
    pub docs: &'static str,
}

/// What an option takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number, 0 or more.
    Size,
    /// A whole number of any sign.
    Integer,
    /// A real number.
    Float,
    /// `true` or `false`.
    Bool,
    /// Whole numbers, one per axis, given one after the other: `Input(28, 28, 1)`. -1 stands for the rest.
    Extents,
    /// `f32` or `u32`.
    Dtype,
    /// An entry of a catalogue, by its name: `relu`, `l2(1e-4)`.
    Entry(&'static Catalogue),
}

impl Kind {
    /// What it takes, in words: `a whole number`.
    pub fn expects(&self) -> String {
        match self {
            Kind::Size => "a whole number".into(),
            Kind::Integer => "a whole number, also a negative one".into(),
            Kind::Float => "a number".into(),
            Kind::Bool => "`true` or `false`".into(),
            Kind::Extents => "whole numbers".into(),
            Kind::Dtype => "`f32` or `u32`".into(),
            Kind::Entry(catalogue) => catalogue.noun_with_article(),
        }
    }
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number, 0 or more.
    Size(usize),
    /// A whole number of any sign.
    Integer(i64),
    /// A real number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Whole numbers, one per axis.
    Extents(Vec<i64>),
    /// An element type.
    Dtype(Dtype),
    /// An entry of a catalogue with its own values.
    Entry(Entry),
    /// No regularizer and the like.
    Nothing,
}

/// A Rust type that an option can have.
pub trait AttributeType: Sized {
    /// What the option takes.
    const KIND: Kind;

    /// Whether there may be none.
    const OPTIONAL: bool = false;

    /// From a value of [`Self::KIND`]; nothing if the value is of another kind.
    fn from_value(value: &Value) -> Option<Self>;

    /// The value again, to be printed or stored.
    fn to_value(&self) -> Value;
}

impl AttributeType for usize {
    const KIND: Kind = Kind::Size;

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Size(size) = value { Some(*size) } else { None }
    }

    fn to_value(&self) -> Value {
        Value::Size(*self)
    }
}

impl AttributeType for i64 {
    const KIND: Kind = Kind::Integer;

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(*number) } else { None }
    }

    fn to_value(&self) -> Value {
        Value::Integer(*self)
    }
}

impl AttributeType for f64 {
    const KIND: Kind = Kind::Float;

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Float(number) = value { Some(*number) } else { None }
    }

    fn to_value(&self) -> Value {
        Value::Float(*self)
    }
}

impl AttributeType for bool {
    const KIND: Kind = Kind::Bool;

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bool(flag) = value { Some(*flag) } else { None }
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl AttributeType for Dtype {
    const KIND: Kind = Kind::Dtype;

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Dtype(dtype) = value { Some(*dtype) } else { None }
    }

    fn to_value(&self) -> Value {
        Value::Dtype(*self)
    }
}

/// Extents as written; -1 stands for what is left over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extents {
    rank: usize,
    values: [i64; Shape::MAX_RANK + 1],
}

impl Extents {
    /// No axes.
    pub const NONE: Self = Self { rank: 0, values: [0; Shape::MAX_RANK + 1] };

    /// Extents from a slice; more than 7 are cut, which every rule refuses.
    pub const fn of(list: &[i64]) -> Self {
        let mut extents = Self::NONE;
        while extents.rank < list.len() && extents.rank < extents.values.len() {
            extents.values[extents.rank] = list[extents.rank];
            extents.rank += 1;
        }
        extents
    }

    /// The extents, one per axis; one more than the most that a shape may have is kept, so that a rule can say so.
    pub fn values(&self) -> &[i64] {
        &self.values[..self.rank]
    }
}

impl AttributeType for Extents {
    const KIND: Kind = Kind::Extents;

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Extents(list) = value { Some(Self::of(list)) } else { None }
    }

    fn to_value(&self) -> Value {
        Value::Extents(self.values().to_vec())
    }
}
