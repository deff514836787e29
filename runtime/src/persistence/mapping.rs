//! Which tensor of a file becomes which parameter.

use std::borrow::Cow;

/// How the tensors of a file that another program wrote become the parameters of a network.
///
/// A mapping has a convention, and what a user adds to it. The convention says in which order the axes of each parameter
/// are stored, and which words stand for which:
///
/// | | `Dense` | names |
/// |---|---|---|
/// | [`pytorch`](Mapping::pytorch) | `nn.Linear` has `weight` as (out, in): its axes are exchanged | as PyTorch's `state_dict` |
/// | [`keras`](Mapping::keras) | `kernel` is (in, out): as it is | as `variable.path`: `/` between words, `kernel` for `weight` |
/// | [`by_name`](Mapping::by_name) | as it is | as `model.parameters()` |
///
/// Names are then those that `model.parameters()` gives, or [`Mapping::rename`] says what they are. Every parameter must be in
/// the file and every tensor of the file in the network, but for those that [`Mapping::keep`] and [`Mapping::ignore`] name.
/// Numbers of 16 bits (`f16`, `bf16`) become the same numbers in `f32`; other types than these three are refused.
///
/// ```
/// use monograd::prelude::*;
///
/// network!({
///     struct Net;
///     let x = Input(4);
///     Dense(8, activation = relu);
///     Dense(3);
/// });
///
/// // `save_file(model.state_dict(), "model.safetensors")` in Python, where the layers are called `fc1` and `fc2`:
/// # fn load() -> Result<(), Error> {
/// let mut model = Net::new(1);
/// let mapping = Mapping::pytorch().rename("fc1", "dense_1").rename("fc2", "dense_2");
/// model.load_weights("model.safetensors", &mapping)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Mapping {
    convention: Convention,
    renames: Vec<(String, String)>,
    ignored: Vec<String>,
    kept: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Convention {
    Pytorch,
    Keras,
    ByName,
}

impl Mapping {
    /// Files with the names and axes of PyTorch's `state_dict`.
    pub fn pytorch() -> Self {
        Self::new(Convention::Pytorch)
    }

    /// Files with the names and axes of Keras 3: `save_file({v.path: v.numpy() for v in model.weights}, …)`.
    pub fn keras() -> Self {
        Self::new(Convention::Keras)
    }

    /// Files with the names and axes of Monograd, such as those that `save` wrote for another network. The state of an
    /// optimizer in such a file is left out.
    pub fn by_name() -> Self {
        Self::new(Convention::ByName)
    }

    fn new(convention: Convention) -> Self {
        Self { convention, renames: Vec::new(), ignored: Vec::new(), kept: Vec::new() }
    }

    /// The tensor `file` is the parameter `network`; or everything under the path `file` is the same under the path `network`.
    ///
    /// `rename("fc1.weight", "dense_1.weight")` is about one tensor, `rename("fc1", "dense_1")` about the bias too. The longest
    /// name that fits a tensor counts.
    #[must_use]
    pub fn rename(mut self, file: impl Into<String>, network: impl Into<String>) -> Self {
        self.renames.push((file.into(), network.into()));
        self
    }

    /// The tensor `file`, or everything under this path, is not for the network.
    #[must_use]
    pub fn ignore(mut self, file: impl Into<String>) -> Self {
        self.ignored.push(file.into());
        self
    }

    /// The parameter `network`, or everything under this path, keeps its values, and is not looked for in the file. What the
    /// file has in its place is to be ignored.
    #[must_use]
    pub fn keep(mut self, network: impl Into<String>) -> Self {
        self.kept.push(network.into());
        self
    }

    /// The name in the network of a tensor of the file; none for one that is not for it.
    pub(super) fn name<'n>(&self, tensor: &'n str) -> Option<Cow<'n, str>> {
        if self.ignored.iter().any(|path| rest(tensor, path).is_some()) {
            return None;
        }
        let fitting = self.renames.iter().filter(|(file, _)| rest(tensor, file).is_some());
        let name = match fitting.max_by_key(|(file, _)| file.len()) {
            Some((file, network)) => Cow::Owned(format!("{network}{}", rest(tensor, file).unwrap_or_default())),
            None => Cow::Borrowed(tensor),
        };
        Some(if self.convention == Convention::Keras { from_keras(&name).into() } else { name })
    }

    /// Whether a parameter keeps its values.
    pub(super) fn keeps(&self, parameter: &str) -> bool {
        self.kept.iter().any(|path| rest(parameter, path).is_some())
    }

    /// Whether axes are in PyTorch's order.
    pub(super) fn is_pytorch(&self) -> bool {
        self.convention == Convention::Pytorch
    }

    /// Names that no tensor and no parameter has: the method that got each, and the name.
    pub(super) fn unused<'m, 'n, T: Iterator<Item = &'n str>, P: Iterator<Item = &'n str>>(
        &'m self,
        tensors: impl Fn() -> T,
        parameters: impl Fn() -> P,
    ) -> impl Iterator<Item = (&'static str, &'m str)> {
        let renames = self.renames.iter().map(|(file, _)| ("rename", &**file));
        let ignored = self.ignored.iter().map(|file| ("ignore", &**file));
        let of_file = move |path: &str| tensors().any(|name| rest(name, path).is_some());
        let of_network = move |path: &str| parameters().any(|name| rest(name, path).is_some());
        let kept = self.kept.iter().map(|path| ("keep", &**path)).filter(move |(_, path)| !of_network(path));
        renames.chain(ignored).filter(move |(_, path)| !of_file(path)).chain(kept)
    }
}

/// What comes after a path in a name: nothing, or a separator and more.
fn rest<'n>(name: &'n str, path: &str) -> Option<&'n str> {
    name.strip_prefix(path).filter(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
}

/// `dense_1/kernel` as `dense_1.weight`.
fn from_keras(name: &str) -> String {
    let name = name.replace('/', ".");
    match name.strip_suffix(".kernel") {
        Some(path) => format!("{path}.weight"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_renamed_as_a_whole_or_by_their_path() {
        let mapping = Mapping::pytorch().rename("fc1", "dense_1").rename("fc1.bias", "other.b").ignore("head");
        let name = |tensor: &'static str| mapping.name(tensor);
        assert_eq!(name("fc1.weight").unwrap(), "dense_1.weight");
        assert_eq!(name("fc1.bias").unwrap(), "other.b");
        assert_eq!(name("fc1").unwrap(), "dense_1");
        assert_eq!(name("fc10.weight").unwrap(), "fc10.weight");
        assert_eq!(name("x.fc1").unwrap(), "x.fc1");
        assert_eq!((name("head"), name("head.fc.weight")), (None, None));
        assert_eq!(name("heads").unwrap(), "heads");
    }

    #[test]
    fn words_of_keras_become_ours() {
        let mapping = Mapping::keras().rename("sequential/dense", "dense_1");
        assert_eq!(mapping.name("sequential/dense/kernel").unwrap(), "dense_1.weight");
        assert_eq!(mapping.name("sequential/dense/bias").unwrap(), "dense_1.bias");
        assert_eq!(mapping.name("block_1/dense/kernel").unwrap(), "block_1.dense.weight");
        assert_eq!(mapping.name("kernel").unwrap(), "kernel");
    }

    #[test]
    fn names_that_are_nowhere_are_found() {
        let mapping = Mapping::by_name().rename("a", "b").ignore("c").keep("d").rename("x", "y").keep("p");
        let unused: Vec<_> = mapping.unused(|| ["x.weight"].into_iter(), || ["p.weight"].into_iter()).collect();
        assert_eq!(unused, [("rename", "a"), ("ignore", "c"), ("keep", "d")]);
    }
}
