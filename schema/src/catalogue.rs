//! Catalogues: what exists of one kind, each entry with its name and options.

use crate::{Attribute, AttributeError, Value};

/// All entries of one kind: activations, losses, optimizers, …
#[derive(Debug)]
pub struct Catalogue {
    /// What one entry is called: `activation`.
    pub noun: &'static str,
    /// The Rust type that the entries are variants of: `Activation`.
    pub type_name: &'static str,
    /// The entries in the order of the documentation.
    pub entries: &'static [EntryKind],
    /// Checks the ranges of an entry's values.
    pub check: fn(&Entry) -> Result<(), AttributeError>,
}

/// One thing that exists, with its options.
#[derive(Clone, Copy, Debug)]
pub struct EntryKind {
    /// Its name in a declaration: `leaky_relu`.
    pub name: &'static str,
    /// The Rust variant or struct: `LeakyRelu`.
    pub variant: &'static str,
    /// The lines of its documentation.
    pub docs: &'static [&'static str],
    /// Its options, in the order of positional arguments.
    pub attributes: &'static [Attribute],
}

/// An entry with its values.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The catalogue that it is from.
    pub catalogue: &'static Catalogue,
    /// Which entry it is.
    pub kind: &'static EntryKind,
    /// One value per option.
    pub values: Vec<Value>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.catalogue.noun == other.catalogue.noun && self.kind.name == other.kind.name && self.values == other.values
    }
}

impl Catalogue {
    /// The entry of a name.
    pub fn find(&self, name: &str) -> Option<&'static EntryKind> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.entries.iter().map(|entry| entry.name)
    }

    /// `an activation`, `a loss`.
    pub fn noun_with_article(&self) -> String {
        let article = if self.noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {}", self.noun)
    }
}

impl EntryKind {
    /// The first line of its documentation, for tables.
    pub fn summary(&self) -> &'static str {
        self.docs.first().map_or("", |line| line.trim())
    }

    /// The row of an option.
    pub fn attribute(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| attribute.name == name)
    }
}

/// `= default` of an option as a function pointer, or nothing.
macro_rules! default_value {
    ($kind:ty) => {
        None
    };
    ($kind:ty, $default:expr) => {
        Some(|| <$kind as $crate::AttributeType>::to_value(&$default))
    };
}

/// The table of options of one entry.
macro_rules! attributes {
    ($( $(#[doc = $docs:literal])* $name:ident : $kind:ty $(= $default:expr)? ),* $(,)?) => {
        &[$( $crate::Attribute {
            name: stringify!($name),
            kind: <$kind as $crate::AttributeType>::KIND,
            optional: <$kind as $crate::AttributeType>::OPTIONAL,
            default: $crate::catalogue::default_value!($kind $(, $default)?),
            docs: concat!($($docs, "\n"),*),
        } ),*]
    };
}

/// An enum whose variants are the entries of a catalogue, with conversions both ways.
///
/// The enum implements `Check`, by hand: the ranges of its options.
macro_rules! catalogue {
    (
        $(#[$meta:meta])*
        pub enum $type:ident, $noun:literal, $table:ident {
            $(
                $(#[doc = $docs:literal])*
                $variant:ident = $name:literal $( {
                    $( $(#[doc = $field_docs:literal])* $field:ident : $kind:ty = $default:expr ),* $(,)?
                } )?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum $type {
            $(
                $(#[doc = $docs])*
                $variant $( { $( $(#[doc = $field_docs])* $field : $kind ),* } )?
            ),*
        }

        /// Every entry, by name and with its options.
        pub(crate) static $table: $crate::Catalogue = $crate::Catalogue {
            noun: $noun,
            type_name: stringify!($type),
            entries: &[$( $crate::EntryKind {
                name: $name,
                variant: stringify!($variant),
                docs: &[$($docs),*],
                attributes: $crate::catalogue::attributes!($($( $(#[doc = $field_docs])* $field : $kind = $default ),*)?),
            } ),*],
            check: |entry| match $type::from_entry(entry) {
                Some(value) => $crate::catalogue::Check::check(&value),
                None => Ok(()),
            },
        };

        impl $type {
            /// Every entry, by name and with its options.
            pub const CATALOGUE: &'static $crate::Catalogue = &$table;

            /// From a catalogue's entry; nothing if the entry is of another catalogue.
            pub fn from_entry(entry: &$crate::Entry) -> Option<Self> {
                let mut _values = entry.values.iter();
                match entry.kind.name {
                    $( $name => Some(Self::$variant $( {
                        $( $field: $crate::AttributeType::from_value(_values.next()?)? ),*
                    } )?), )*
                    _ => None,
                }
            }

            /// The catalogue's entry with the values of this one.
            pub fn to_entry(&self) -> $crate::Entry {
                let (name, values) = match self {
                    $( Self::$variant $( { $($field),* } )? =>
                        ($name, vec![$($( $crate::AttributeType::to_value($field) ),*)?]), )*
                };
                let kind = $table.find(name).expect("every variant is in its catalogue");
                $crate::Entry { catalogue: &$table, kind, values }
            }

            /// The name in a declaration.
            pub fn name(&self) -> &'static str {
                self.to_entry().kind.name
            }
        }

        impl $crate::AttributeType for $type {
            const KIND: $crate::Kind = $crate::Kind::Entry(&$table);

            fn from_value(value: &$crate::Value) -> Option<Self> {
                if let $crate::Value::Entry(entry) = value { Self::from_entry(entry) } else { None }
            }

            fn to_value(&self) -> $crate::Value {
                $crate::Value::Entry(self.to_entry())
            }
        }
    };
}

pub(crate) use {attributes, catalogue, default_value};

/// The ranges of an entry's options.
pub(crate) trait Check {
    /// Says which option is out of its range.
    fn check(&self) -> Result<(), AttributeError>;
}
