import { kernels } from "@weft/kernels";
import { launch, type Tensor, WeftError } from "@weft/tensor";
import { refuseSwapped } from "./averaging/swappedIn.js";
import type { Family } from "./family.js";
import {
  checkNames,
  type Group,
  type GroupOptions,
  groupOfEach,
  type OptionsOf,
  type ParametersOrGroups,
  readGroups,
} from "./groups.js";
import { GroupTables } from "./groupTables.js";
import { Kept } from "./kept.js";
import { checkLimit, checkValues } from "./options.js";
import { loadState, type OptimizerState, saveState } from "./state.js";

/** Each adds up the partial sums first, so they shall not be many; these fill any GPU. */
const MOST_WORKGROUPS = 256;
/** Blocks that are worth a workgroup. */
const BLOCKS_A_WORKGROUP = 4;

/**
 * Base of all optimizers. All parameters live in one buffer, the arena (in several where the device binds none so large),
 * with gradients and moments in arenas of the same layout. A step copies the gradients there and is two dispatches, whatever
 * the number of parameters: the norm of all gradients, then the update. Nothing is read back from the GPU.
 *
 * A step with a gradient that is not finite, or a norm whose square overflows f32, changes nothing and is counted.
 * A parameter without a gradient is left alone, as in PyTorch.
 *
 * Parameters stay the Tensor objects they are: their memory moves into the arena, and lives as long as any of them. Where
 * two optimizers have the same parameters, each moves them back when it steps; with the same list they share the arena.
 *
 * @example
 * const [weight, bias] = [ones([2], { requiresGrad: true }), zeros([2], { requiresGrad: true })];
 * const optimizer = new SGD([{ params: [weight], weightDecay: 0.1 }, { params: [bias] }], { learningRate: 0.5 });
 * weight.add(bias).sum().backward();
 * optimizer.groups[1].learningRate = 2;
 * optimizer.step();
 * await weight.toArray(); // [0.45, 0.45]
 * await bias.toArray(); // [-2, -2]
 * await optimizer.gradNorm.item(); // 2
 */
export abstract class Optimizer<O extends GroupOptions = GroupOptions> {
  /** Parameters with their options, which may be changed between steps. */
  readonly groups: readonly Group<O>[];
  /** Largest 2-norm that all gradients together may have; undefined for no limit. */
  clipNorm: number | undefined;
  /** Largest absolute value of an element of a gradient; undefined for no limit. */
  clipValue: number | undefined;
  /** Of the options that all have in common, so that every optimizer is an Optimizer. */
  readonly #family: Family<GroupOptions>;
  readonly #kept: Kept;
  readonly #tables: GroupTables;
  /** Which of two lists of steps holds now: a step reads one and writes the other. */
  #turn = 0;

  protected constructor(family: Family<O>, parameters: ParametersOrGroups<O>, options: OptionsOf<O>) {
    this.#family = family as unknown as Family<GroupOptions>;
    this.groups = readGroups(family.name, family.rules, parameters, options);
    this.clipNorm = options.clipNorm;
    this.clipValue = options.clipValue;
    this.#check();
    this.#kept = new Kept(this.#family, this.groups);
    this.#tables = new GroupTables(this.#family, this.groups, this.#kept.arenas);
    this.#fill();
  }

  /**
   * The learning rate of all groups.
   *
   * @throws WeftError when the groups have different ones
   */
  get learningRate(): number {
    const [{ learningRate }, ...others] = this.groups as [Group<O>, ...Group<O>[]];
    if (others.every((group) => group.learningRate === learningRate)) return learningRate;
    throw new WeftError(
      `${this.#family.name}: the groups have different learning rates; use groups[i].learningRate.`,
    );
  }

  set learningRate(value: number) {
    void this.learningRate;
    for (const group of this.groups) group.learningRate = value;
  }

  /**
   * The 2-norm of all gradients of the last step, after clipValue and before clipNorm: one number on the GPU, which every
   * step overwrites. 0 before the first step, NaN after one that was skipped.
   */
  get gradNorm(): Tensor {
    return this.#kept.norm;
  }

  /** How many steps were skipped because a gradient was not finite; read from the GPU. */
  async skippedSteps(): Promise<number> {
    const skipped = this.#kept.skipped();
    try {
      return await skipped.item();
    } finally {
      skipped.dispose();
    }
  }

  /**
   * Changes every parameter that has a gradient.
   *
   * @throws TypeError when an option was set that does not exist, such as `lr`
   * @throws RangeError when an option was changed to what makes no sense
   * @throws WeftError when the parameters hold averages of weights
   */
  step(): void {
    const { parameters, arenas, gradients, partials, state } = this.#kept;
    refuseSwapped(`${this.#family.name}: step()`, parameters);
    this.#check();
    const active = parameters.map(({ grad }) => grad !== undefined);
    if (!active.includes(true)) return;
    for (const [i, { grad }] of parameters.entries()) if (grad !== undefined) arenas.put(gradients, i, grad);
    const owners = this.#tables.owners(active);
    const groups = this.#tables.options();
    const homes = arenas.settle();
    const clip = { clipNorm: this.clipNorm ?? 0, clipValue: this.clipValue ?? 0 };
    const first = partials.map((_, arena) => partials.slice(0, arena).reduce((a, b) => a + b, 0));
    const ofArenas = homes.map((parameter, arena) => ({
      ...{ parameter, gradient: gradients[arena] as Tensor, table: owners[arena] as Tensor, state, groups },
    }));
    const blocksOf = (arena: number) => arenas.layout.owners[arena]?.length ?? 0;
    for (const [arena, { gradient, table }] of ofArenas.entries()) {
      launch(
        kernels.gradientNorm,
        { gradient, table, state },
        { blocks: blocksOf(arena), firstPartial: first[arena] as number, clipValue: clip.clipValue },
        { workgroups: [partials[arena] as number, 1, 1] },
      );
    }
    for (const [arena, bindings] of ofArenas.entries()) {
      const blocks = blocksOf(arena);
      this.#family.launch({
        bindings,
        moment: (name) => this.#kept.moment(name, arena),
        params: {
          ...{ blocks, parameters: parameters.length, partials: partials.reduce((a, b) => a + b, 0) },
          ...{ turn: this.#turn, isFirst: Number(arena === 0), ...clip },
        },
        options: { workgroups: [Math.min(MOST_WORKGROUPS, Math.ceil(blocks / BLOCKS_A_WORKGROUP)), 1, 1] },
      });
    }
    this.#turn = 1 - this.#turn;
    for (const [i, { storage }] of parameters.entries()) if (active[i]) storage.version++;
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const parameter of this.#kept.parameters) {
      parameter.grad?.dispose();
      parameter.grad = undefined;
    }
  }

  /**
   * Copies of what the optimizer keeps, by PyTorch's names (`0.step`, `0.exp_avg`, …, numbered through all groups), and the
   * options of the groups as plain JSON. A new optimizer that loads them goes on to the bit.
   */
  stateDict(): OptimizerState<O> {
    return saveState(this.#family, this.#kept, this.#turn, this.groups) as OptimizerState<O>;
  }

  /**
   * Copies a state into the optimizer; a parameter whose tensors are missing starts afresh.
   *
   * @throws TypeError when the state is none
   * @throws WeftError when groups, names or shapes differ from the optimizer's, or the state is of another optimizer
   */
  loadStateDict(state: OptimizerState<O>): void {
    const options = loadState(this.#family, this.#kept, this.#turn, this.groups, state);
    for (const [i, group] of this.groups.entries()) Object.assign(group, options[i]);
  }

  /** Frees the optimizer's own tensors; the parameters stay. */
  dispose(): void {
    this.#kept.dispose();
    this.#tables.dispose();
  }

  /** Refuses options that make no sense, or need what is not kept. */
  #check(): void {
    const { name, rules, check, moments } = this.#family;
    const known = Object.keys(rules);
    for (const key of Object.keys(this)) {
      if (key === "lr") throw new TypeError(`${name}: there is no option "lr"; it is called learningRate.`);
      if (!known.includes(key)) continue;
      throw new TypeError(`${name}: ${key} is an option of groups; set optimizer.groups[0].${key}.`);
    }
    checkLimit(name, "clipNorm", this.clipNorm);
    checkLimit(name, "clipValue", this.clipValue);
    for (const [i, group] of this.groups.entries()) {
      const where = this.groups.length === 1 ? name : `${name}: groups[${i}]`;
      checkNames(where, group, ["params", ...known]);
      checkValues(where, rules, group);
      check?.(where, group);
      const missing = Object.keys(moments).find(
        (moment) => this.#kept !== undefined && moments[moment]?.(group) && !this.#kept.moments.has(moment),
      );
      if (missing === undefined) continue;
      throw new WeftError(
        `${where}: its options now need ${missing}, which is not kept; set them when the optimizer is made.`,
      );
    }
  }

  /** What moments hold before the first step. */
  #fill(): void {
    for (const [i, group] of groupOfEach(this.groups).entries()) {
      const value = this.#family.initial?.(group) ?? 0;
      if (value !== 0) this.#kept.fill(i, value);
    }
  }
}
