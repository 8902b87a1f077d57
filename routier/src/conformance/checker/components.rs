//! Strongly connected components.

/// The strongly connected components of a graph, given as the vertices that each vertex leads to, that have more than one
/// vertex: a vertex lies on a cycle if and only if it is in one of them. No vertex may lead to itself.
///
/// Tarjan's algorithm ("Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972), with a stack
/// of its own: a long history must not overflow the thread's.
pub(super) fn cyclic(leads_to: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        leads_to,
        found: vec![None; leads_to.len()],
        lowest: vec![0; leads_to.len()],
        is_open: vec![false; leads_to.len()],
        open: Vec::new(),
        n_found: 0,
        components: Vec::new(),
    };
    for vertex in 0..leads_to.len() {
        if search.found[vertex].is_none() {
            search.from(vertex);
        }
    }
    search.components
}

struct Search<'a> {
    leads_to: &'a [Vec<usize>],
    /// In which order the vertices were found.
    found: Vec<Option<usize>>,
    /// The first found of the open vertices that one leads to, by way of others found after it.
    lowest: Vec<usize>,
    is_open: Vec<bool>,
    /// The vertices whose component is not complete.
    open: Vec<usize>,
    n_found: usize,
    components: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn from(&mut self, root: usize) {
        // vertices, and how many of the edges of each have been followed
        let mut path = vec![(root, 0)];
        self.find(root);
        while let Some((vertex, n_followed)) = path.last_mut() {
            let vertex = *vertex;
            let Some(&next) = self.leads_to[vertex].get(*n_followed) else {
                path.pop();
                self.leave(vertex, path.last().map(|(before, _)| *before));
                continue;
            };
            *n_followed += 1;
            match self.found[next] {
                None => {
                    self.find(next);
                    path.push((next, 0));
                }
                Some(order) if self.is_open[next] => self.lowest[vertex] = self.lowest[vertex].min(order),
                Some(_) => {}
            }
        }
    }

    fn find(&mut self, vertex: usize) {
        self.found[vertex] = Some(self.n_found);
        self.lowest[vertex] = self.n_found;
        self.n_found += 1;
        self.is_open[vertex] = true;
        self.open.push(vertex);
    }

    fn leave(&mut self, vertex: usize, before: Option<usize>) {
        let lowest = self.lowest[vertex];
        if let Some(before) = before {
            self.lowest[before] = self.lowest[before].min(lowest);
        }
        if self.found[vertex] != Some(lowest) {
            return;
        }
        let begin = self.open.iter().rposition(|open| *open == vertex).unwrap_or(0);
        let component = self.open.split_off(begin);
        component.iter().for_each(|member| self.is_open[*member] = false);
        if component.len() > 1 {
            self.components.push(component);
        }
    }
}
