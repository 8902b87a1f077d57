//! Ways through a graph that keep a rule, and the shortest that lead back to where they began.

use std::collections::VecDeque;

use super::components::cyclic;
use super::cycles::Cycle;
use super::graph::{Edge, Graph, Why};

/// The steps by which one may walk: from states, which are the transactions, or the transactions and how one came there.
pub(super) struct Walks {
    steps: Vec<Vec<Step>>,
}

#[derive(Clone, Copy)]
struct Step {
    to: usize,
    from: usize,
    edge: Edge,
}

impl Walks {
    /// Along the edges of some sort.
    pub(super) fn along(graph: &Graph, is_followed: impl Fn(Why) -> bool) -> Self {
        let mut steps = vec![Vec::new(); graph.len()];
        for (from, edge) in graph.all().filter(|(_, edge)| is_followed(edge.why)) {
            steps[from].push(Step { to: edge.to, from, edge });
        }
        Self { steps }
    }

    /// Along all edges, but never along two antidependencies one behind the other. For each transaction there are two
    /// states: the second is that of coming by an antidependency.
    pub(super) fn apart(graph: &Graph) -> Self {
        let mut steps = vec![Vec::new(); graph.len() * 2];
        for (from, edge) in graph.all() {
            if edge.why.is_missed() {
                steps[from * 2].push(Step { to: edge.to * 2 + 1, from, edge });
            } else {
                let step = Step { to: edge.to * 2, from, edge };
                steps[from * 2].push(step);
                steps[from * 2 + 1].push(step);
            }
        }
        Self { steps }
    }

    /// The shortest way in the smallest component that goes along an edge that is looked for, and from there back along
    /// edges that one may go back by.
    pub(super) fn shortest(
        &self,
        is_looked_for: impl Fn(Why) -> bool,
        goes_back: impl Fn(Why) -> bool,
    ) -> Option<Cycle> {
        self.in_smallest(|component, state, most| {
            let looked_for = component.steps(state).filter(|step| is_looked_for(step.edge.why));
            let mut shortest = Shortest::new(most);
            for step in looked_for {
                let is_open = |step: &Step| goes_back(step.edge.why);
                shortest.take(&[*step], component.path(step.to, state, shortest.left(1), is_open));
            }
            shortest.cycle
        })
    }

    /// The shortest way in the smallest component that goes along two such edges one behind the other.
    pub(super) fn shortest_by_two(&self, is_looked_for: impl Fn(Why) -> bool) -> Option<Cycle> {
        self.in_smallest(|component, state, most| {
            let looked_for = |state| component.steps(state).filter(|step| is_looked_for(step.edge.why));
            let mut shortest = Shortest::new(most);
            for first in looked_for(state) {
                for second in looked_for(first.to) {
                    // what comes by there again is two ways back
                    let is_open = |step: &Step| step.to != first.to;
                    let back = component.path(second.to, state, shortest.left(2), is_open);
                    shortest.take(&[*first, *second], back);
                }
            }
            shortest.cycle
        })
    }

    /// Looks for the shortest cycle from any state of a component, in the smallest component that has one.
    fn in_smallest(&self, look: impl Fn(&Component<'_>, usize, usize) -> Option<Cycle>) -> Option<Cycle> {
        let leads_to: Vec<Vec<usize>> =
            self.steps.iter().map(|steps| steps.iter().map(|step| step.to).collect()).collect();
        let mut components = cyclic(&leads_to);
        components.sort_by_key(Vec::len);
        let mut of = vec![usize::MAX; self.steps.len()];
        for (number, members) in components.iter().enumerate() {
            members.iter().for_each(|state| of[*state] = number);
        }
        components.iter().enumerate().find_map(|(number, members)| {
            let component = Component { steps: &self.steps, of: &of, number };
            members.iter().fold(None, |shortest: Option<Cycle>, state| {
                let most = shortest.as_ref().map_or(usize::MAX, |shortest| shortest.len() - 1);
                look(&component, *state, most).or(shortest)
            })
        })
    }
}

/// The shortest cycle that was found, of those that are not longer than is asked for.
struct Shortest {
    cycle: Option<Cycle>,
    most: usize,
}

impl Shortest {
    fn new(most: usize) -> Self {
        Self { cycle: None, most }
    }

    /// How many steps there may be beside so many.
    fn left(&self, n_steps: usize) -> Option<usize> {
        self.most.checked_sub(n_steps)
    }

    /// Takes a cycle, which is shorter than the one before.
    fn take(&mut self, begin: &[Step], back: Option<Cycle>) {
        if let Some(back) = back {
            let begin = begin.iter().map(|step| (step.from, step.edge));
            let cycle: Cycle = begin.chain(back).collect();
            self.most = cycle.len() - 1;
            self.cycle = Some(cycle);
        }
    }
}

/// A strongly connected component.
struct Component<'a> {
    steps: &'a [Vec<Step>],
    /// The component of each state.
    of: &'a [usize],
    number: usize,
}

impl Component<'_> {
    /// The steps from a state that stay in it.
    fn steps(&self, state: usize) -> impl Iterator<Item = &Step> {
        self.steps[state].iter().filter(|step| self.of[step.to] == self.number)
    }

    /// The shortest way from one state to another, of at most so many steps: a search in breadth.
    fn path(
        &self,
        from: usize,
        to: usize,
        most: Option<usize>,
        is_open: impl Fn(&Step) -> bool,
    ) -> Option<Cycle> {
        let most = most?;
        if from == to {
            return Some(Cycle::new());
        }
        let mut by: Vec<Option<(usize, Step)>> = vec![None; self.steps.len()];
        let mut queue = VecDeque::from([(from, 0)]);
        while let Some((state, n_steps)) = queue.pop_front() {
            if state == to {
                return Some(back(&by, from, to));
            }
            if n_steps == most {
                return None;
            }
            for step in self.steps(state).filter(|step| is_open(step)) {
                if step.to != from && by[step.to].is_none() {
                    by[step.to] = Some((state, *step));
                    queue.push_back((step.to, n_steps + 1));
                }
            }
        }
        None
    }
}

fn back(by: &[Option<(usize, Step)>], from: usize, to: usize) -> Cycle {
    let mut cycle = Cycle::new();
    let mut state = to;
    while state != from
        && let Some((before, step)) = by[state]
    {
        cycle.push((step.from, step.edge));
        state = before;
    }
    cycle.reverse();
    cycle
}
