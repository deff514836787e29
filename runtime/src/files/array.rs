//! Values of a file as an array.

use ndarray::{Array, ArrayD, Dimension, IxDyn, ShapeBuilder};

use super::content::Content;
use super::{ByteOrder, Value, ValueType, shape};
use crate::{Column, Error, IntoColumn};

/// Values that are decoded at once.
const CHUNK: usize = 64 * 1024;

/// What a file says about the values that follow.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) value_type: ValueType,
    pub(crate) order: ByteOrder,
    /// The first axis runs fastest.
    pub(crate) fortran: bool,
    pub(crate) shape: Vec<usize>,
    /// The place in the content of the type and of the shape.
    pub(crate) type_at: u64,
    pub(crate) shape_at: u64,
}

impl Header {
    /// The number of values, and of their bytes. An axis of 0 does not hide that the others are too large.
    fn sizes(&self, content: &Content<'_>) -> Result<(usize, u64), Error> {
        let nonzero = |extent: &usize| (*extent).max(1);
        let product = |start: usize| self.shape.iter().map(nonzero).try_fold(start, usize::checked_mul);
        // No array of ndarray, and no memory of Rust, is larger than `isize::MAX`.
        let widest = product(size_of::<u64>()).filter(|&bytes| isize::try_from(bytes).is_ok());
        if widest.is_none() {
            let found = shape(&self.shape);
            let expected = format!("one of at most {} bytes", isize::MAX);
            return Err(content.wrong(self.shape_at, "the shape", found, expected).into());
        }
        let elements: usize = self.shape.iter().product();
        Ok((elements, elements as u64 * self.value_type.width() as u64))
    }

    fn what(&self) -> String {
        format!("{} of `{}`", shape(&self.shape), self.value_type)
    }
}

/// What a file of values can be read as: an ndarray array of a type that holds the file's values, or an [`AnyArray`].
#[diagnostic::on_unimplemented(
    message = "a file cannot be read as `{Self}`",
    note = "it can be read as an ndarray array, `Array2<f32>`, or as an `AnyArray`"
)]
pub trait FromFile: Sized + sealed::Sealed {
    /// Reads the values behind a header.
    #[doc(hidden)]
    fn read(from: Values<'_, '_>) -> Result<Self, Error>;
}

mod sealed {
    pub trait Sealed {}
    impl<A, D> Sealed for ndarray::Array<A, D> {}
    impl Sealed for super::AnyArray {}
}

/// A header and what follows.
#[doc(hidden)]
pub struct Values<'c, 'a> {
    pub(crate) header: Header,
    pub(crate) content: &'c mut Content<'a>,
}

impl<A: Value, D: Dimension> FromFile for Array<A, D> {
    fn read(from: Values<'_, '_>) -> Result<Self, Error> {
        let Values { header, content } = from;
        if let Some(axes) = D::NDIM
            && axes != header.shape.len()
        {
            let found = shape(&header.shape);
            let expected = format!("{axes} {}", if axes == 1 { "axis" } else { "axes" });
            return Err(content.wrong(header.shape_at, "the shape", found, expected).into());
        }
        if !A::holds(header.value_type) {
            let (found, expected) = (format!("`{}`", header.value_type), format!("`{}`", A::TYPE));
            let wrong = content.wrong(header.type_at, "the type of the values", found, expected);
            let wider = if header.value_type == ValueType::F16 { ValueType::F32 } else { header.value_type };
            return Err(wrong.help(format!("read an array of `{wider}`, and convert it by `mapv`")).into());
        }
        let (elements, bytes) = header.sizes(content)?;
        let values = read_values::<A>(content, &header, elements, bytes)?;
        let shape_at = header.shape_at;
        let shown = shape(&header.shape);
        let array = ArrayD::from_shape_vec(IxDyn(&header.shape).set_f(header.fortran), values);
        let array = array.and_then(|array| array.into_dimensionality::<D>());
        array.map_err(|_| content.wrong(shape_at, "the shape", shown, "one that memory can hold").into())
    }
}

fn read_values<A: Value>(
    content: &mut Content<'_>,
    header: &Header,
    elements: usize,
    bytes: u64,
) -> Result<Vec<A>, Error> {
    let (start, what) = (content.position(), header.what());
    content.check_rest(bytes, &what)?;
    if content.is_suspicious(elements as u64 * size_of::<A>() as u64) {
        stream(content, header, bytes, |_| ())?;
        content.finish(start, bytes, &what)?;
        content.rewind(start)?;
    }
    let mut values = Vec::new();
    values.try_reserve_exact(elements).map_err(|error| {
        let source = std::io::Error::new(std::io::ErrorKind::OutOfMemory, error);
        Error::Io { action: "read", path: content.path().to_path_buf(), source }
    })?;
    stream(content, header, bytes, |bytes| A::decode(header.value_type, header.order, bytes, &mut values))?;
    content.finish(start, bytes, &what)?;
    Ok(values)
}

/// Gives out all data, whole values at a time.
fn stream(content: &mut Content<'_>, header: &Header, bytes: u64, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
    let start = content.position();
    let mut chunk = vec![0; bytes.min(CHUNK as u64) as usize];
    let mut left = bytes;
    while left > 0 {
        let length = left.min(CHUNK as u64) as usize;
        let chunk = &mut chunk[..length];
        let position = content.position();
        let found = content.read(chunk)?;
        if found < length {
            let found = super::count(bytes - left + found as u64, "byte");
            return Err(content.wrong_rest(start, found, bytes, &header.what()));
        }
        if header.value_type == ValueType::Bool
            && let Some(place) = chunk.iter().position(|&byte| byte > 1)
        {
            let found = chunk[place].to_string();
            return Err(content.wrong(position + place as u64, "a value of type `bool`", found, "0 or 1").into());
        }
        take(chunk);
        left -= length as u64;
    }
    Ok(())
}

macro_rules! any_array {
    ($($variant:ident $type:ident),*) => {
        /// An array of the type that its file has. A data set takes it as it takes arrays; `true` is class 1.
        ///
        /// ```
        /// use monograd::files::{self, AnyArray};
        /// use monograd::ndarray::array;
        ///
        /// let bytes = files::encode_npy(&array![[1i16, -2], [3, 4]]);
        /// let array: AnyArray = files::decode_npy(&bytes)?;
        /// assert_eq!(array.shape(), [2, 2]);
        /// assert!(matches!(array, AnyArray::I16(_)));
        /// assert_eq!(array.into_f32(), array![[1.0, -2.0], [3.0, 4.0]].into_dyn());
        /// # Ok::<(), monograd::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum AnyArray {
            $(
                #[doc = concat!("Values of type `", stringify!($type), "`.")]
                $variant(ArrayD<$type>),
            )*
        }

        impl AnyArray {
            /// The shape.
            pub fn shape(&self) -> &[usize] {
                match self {
                    $(AnyArray::$variant(array) => array.shape(),)*
                }
            }

            /// The type of the values; half precision is read as `f32`.
            pub fn value_type(&self) -> ValueType {
                match self {
                    $(AnyArray::$variant(_) => ValueType::$variant,)*
                }
            }

            /// The values as `f32`: wider integers and `f64` rounded to the nearest one, `true` as 1.
            pub fn into_f32(self) -> crate::Array {
                match self {
                    $(AnyArray::$variant(array) => any_array!(convert $type array),)*
                }
            }
        }

        impl IntoColumn<'static> for AnyArray {
            fn into_column(self) -> Result<Column<'static>, Error> {
                match self {
                    $(AnyArray::$variant(array) => any_array!(column $type array),)*
                }
            }
        }

        impl<'a> IntoColumn<'a> for &'a AnyArray {
            fn into_column(self) -> Result<Column<'a>, Error> {
                match self {
                    $(AnyArray::$variant(array) => any_array!(column $type array),)*
                }
            }
        }

        impl FromFile for AnyArray {
            fn read(from: Values<'_, '_>) -> Result<Self, Error> {
                match from.header.value_type {
                    ValueType::F16 => FromFile::read(from).map(AnyArray::F32),
                    $(ValueType::$variant => FromFile::read(from).map(AnyArray::$variant),)*
                }
            }
        }
    };
    (column bool $array:ident) => {
        $array.mapv(u8::from).into_column()
    };
    (column $type:ident $array:ident) => {
        $array.into_column()
    };
    (convert f32 $array:ident) => {
        $array
    };
    (convert bool $array:ident) => {
        $array.mapv(f32::from)
    };
    (convert $type:ident $array:ident) => {
        $array.mapv(|value| value as f32)
    };
}

any_array!(Bool bool, U8 u8, U16 u16, U32 u32, U64 u64, I8 i8, I16 i16, I32 i32, I64 i64, F32 f32, F64 f64);
