/* The kernels of exact.py, one patch after the other; a patch and an atom are rows of pixels. Part of body.h. */

#define EIGHTS(n) (((n) + 7) / 8 * 8)
#define NARROW (VL < 8 ? VL : 8)
typedef double NAME(lanes_double) __attribute__((vector_size(4 * VL), aligned(8)));
typedef float NAME(lanes_float) __attribute__((vector_size(4 * NARROW), aligned(4)));

/* Inner products of arrays that go on with zeros up to a multiple of eight; so many lanes make a vector. */
#define DOT(type, lanes)                                                                                    \
    TARGET static inline type NAME(dot_##type)(const type *a, const type *b, int n)                         \
    {                                                                                                       \
        typedef NAME(lanes_##type) vector;                                                                  \
        vector sums[16 / (lanes)];                                                                          \
        type total = 0;                                                                                     \
        int k = 0;                                                                                          \
        _Pragma("GCC unroll 8") for (int l = 0; l < 16 / (lanes); l++) sums[l] = (vector){0};               \
        for (; k + 8 < n; k += 16)                                                                          \
            _Pragma("GCC unroll 8") for (int l = 0; l < 16 / (lanes); l++) sums[l] +=                       \
                *(const vector *)(a + k + l * (lanes)) * *(const vector *)(b + k + l * (lanes));            \
        if (k < n)                                                                                          \
            _Pragma("GCC unroll 8") for (int l = 0; l < 8 / (lanes); l++) sums[l] +=                        \
                *(const vector *)(a + k + l * (lanes)) * *(const vector *)(b + k + l * (lanes));            \
        _Pragma("GCC unroll 8") for (int l = 1; l < 16 / (lanes); l++) sums[0] += sums[l];                  \
        for (int l = 0; l < (lanes); l++) total += sums[0][l];                                              \
        return total;                                                                                       \
    }
DOT(double, VL / 2)
DOT(float, NARROW)
#undef DOT
#undef NARROW

/* The atoms at work in a patch, and the inverse of the Cholesky factor of their Gram matrix: its products wait for
   nothing, as solving with the factor itself does. */
typedef struct {
    int count, *atom;
    double *code, *sign, *level; /* of each of them */
    double *inverse;             /* (atoms, atoms), rows go on with zeros up to a multiple of eight */
    double *right, *image, *move; /* scratch of a system */
} NAME(Active);

TARGET static double *NAME(row)(const Exact *m, const NAME(Active) *s, int place)
{
    return s->inverse + (long)place * EIGHTS(m->atoms);
}

/* sum = the rows weighted by numbers */
TARGET static void NAME(combine)(const Exact *m, const NAME(Active) *s, const double *weights, double *restrict sum)
{
    memset(sum, 0, EIGHTS(s->count + 1) * sizeof(double));
    for (int i = 0; i < s->count; i++) {
        const double *restrict row = NAME(row)(m, s, i), weight = weights[i];
        for (int k = 0; k < EIGHTS(i + 1); k++) sum[k] += weight * row[k];
    }
}

/* Append an atom to the inverse. Returns 0 where it depends on the others. */
TARGET static int NAME(append)(const Exact *m, NAME(Active) *s, int atom)
{
    const int n = s->count;
    const double *gram = m->gram + (long)atom * m->atoms;
    double *row = NAME(row)(m, s, n), pivot = gram[atom];
    for (int i = 0; i < n; i++) s->right[i] = gram[s->atom[i]];
    for (int i = 0; i < n; i++) {
        s->image[i] = NAME(dot_double)(NAME(row)(m, s, i), s->right, i + 1);
        pivot -= s->image[i] * s->image[i];
    }
    if (pivot <= 1e-9 * gram[atom]) return 0;
    NAME(combine)(m, s, s->image, row);
    const double scale = 1 / sqrt(pivot);
    for (int k = 0; k < n; k++) row[k] *= -scale;
    row[n] = scale;
    s->atom[s->count++] = atom;
    return 1;
}

/* The same with the first code that an atom has there. */
TARGET static int NAME(join)(const Exact *m, NAME(Active) *s, int atom, double code, double sign, double level)
{
    if (!NAME(append)(m, s, atom)) return 0;
    s->code[s->count - 1] = code;
    s->sign[s->count - 1] = sign;
    s->level[s->count - 1] = level;
    return 1;
}

/* Take an atom out; the rows after it are made again, which fewer atoms depend on less. */
TARGET static void NAME(drop)(const Exact *m, NAME(Active) *s, int place)
{
    const int last = s->count - 1;
    s->count = place;
    for (int i = place + 1; i <= last; i++) NAME(join)(m, s, s->atom[i], s->code[i], s->sign[i], s->level[i]);
}

/* Solve for the Gram matrix of the atoms at work: from `right` to `move`. */
TARGET static void NAME(solve)(const Exact *m, const NAME(Active) *s)
{
    for (int i = 0; i < s->count; i++) s->image[i] = NAME(dot_double)(NAME(row)(m, s, i), s->right, i + 1);
    NAME(combine)(m, s, s->image, s->move);
}

/* What the codes leave of a patch. */
TARGET static void NAME(remainder)(const Exact *m, const NAME(Active) *s, const double *v, double *restrict out)
{
    memcpy(out, v, m->pixels * sizeof(double));
    for (int i = 0; i < s->count; i++) {
        const double *restrict atom = m->dictionary + (long)s->atom[i] * m->pixels, value = s->code[i];
        for (int k = 0; k < m->pixels; k++) out[k] -= value * atom[k];
    }
}

/* Move the codes to the minimum for their signs, or until the first of them is zero, whose atom is dropped.
   Returns 1 at the minimum, -1 where the last atom that joined left where it was, else 0. */
TARGET static int NAME(towards)(const Exact *m, NAME(Active) *s, const double *v, double *residual)
{
    const double *move = s->move;
    double far = 1;
    int first = -1;
    NAME(remainder)(m, s, v, residual);
    for (int i = 0; i < s->count; i++)
        s->right[i] = NAME(dot_double)(m->dictionary + (long)s->atom[i] * m->pixels, residual, m->pixels) -
                      s->level[i] * s->sign[i];
    NAME(solve)(m, s);
    for (int i = 0; i < s->count; i++) {
        if ((s->code[i] + move[i]) * s->sign[i] > 0) continue;
        const double share = move[i] == 0 ? 0 : -s->code[i] / move[i];
        if (first < 0 || share < far) {
            far = share;
            first = i;
        }
    }
    for (int i = 0; i < s->count; i++) s->code[i] += far * move[i];
    if (first < 0) return 1;
    const int in_vain = far == 0 && first == s->count - 1;
    NAME(drop)(m, s, first);
    return in_vain ? -1 : 0;
}

/* An atom that depends on those at work takes over from them until one of their codes is zero. Returns 0 where
   none gets there. */
TARGET static int NAME(exchange)(const Exact *m, NAME(Active) *s, int atom, double sign, double level)
{
    const double *share = s->move;
    double far = INFINITY;
    int first = -1;
    for (int i = 0; i < s->count; i++) s->right[i] = m->gram[(long)atom * m->atoms + s->atom[i]];
    NAME(solve)(m, s);
    for (int i = 0; i < s->count; i++) {
        const double reached = s->code[i] / (sign * share[i]);
        if (reached > 0 && reached < far) {
            far = reached;
            first = i;
        }
    }
    if (first < 0) return 0;
    for (int i = 0; i < s->count; i++) s->code[i] -= far * sign * share[i];
    NAME(drop)(m, s, first);
    return NAME(join)(m, s, atom, far * sign, sign, level);
}

TARGET static double NAME(level)(const Exact *m, int atom, long column)
{
    return m->lam[atom] * (m->weights ? (double)m->weights[atom * m->weights_stride + column] : 1.0);
}

/* Let the atom join whose correlation exceeds its level most. Returns 0 where none does, or none can. */
TARGET static int NAME(enter)(const Exact *m, NAME(Active) *s, long column, const double *v, const double *residual,
                              char *at_work)
{
    double most = 16 * DBL_EPSILON * sqrt(NAME(dot_double)(v, v, m->pixels)), value = 0; /* what rounding makes */
    int joining = -1;
    memset(at_work, 0, m->atoms);
    for (int i = 0; i < s->count; i++) at_work[s->atom[i]] = 1;
    for (int j = 0; j < m->atoms; j++) {
        if (at_work[j]) continue;
        const double correlation = NAME(dot_double)(m->dictionary + (long)j * m->pixels, residual, m->pixels);
        const double excess = fabs(correlation) - NAME(level)(m, j, column) * (1 + m->tolerance);
        const double length = sqrt(m->gram[(long)j * m->atoms + j]);
        if (excess > most * length) {
            most = excess / length;
            value = correlation;
            joining = j;
        }
    }
    if (joining < 0) return 0;
    const double sign = value > 0 ? 1 : -1, level = NAME(level)(m, joining, column);
    return NAME(join)(m, s, joining, 0, sign, level) || NAME(exchange)(m, s, joining, sign, level);
}

TARGET static NAME(Active) NAME(none)(const Exact *m, double *scratch, int *atoms)
{
    const int wide = EIGHTS(m->atoms + 1);
    double *part[6];
    for (int i = 0; i < 6; i++) part[i] = scratch + i * wide;
    return (NAME(Active)){0, atoms, part[0], part[1], part[2], scratch + 6 * wide, part[3], part[4], part[5]};
}

/* Minimise `1/2 |v - D a|^2 + sum_j level_j |a_j|` for each column, from its codes on, by active sets. Each step
   lowers the objective, so that there are finitely many. */
TARGET static void NAME(exact_codes)(const Exact *m, double *scratch, int *atoms, char *at_work)
{
    const int n = m->atoms;
    NAME(Active) s = NAME(none)(m, scratch, atoms);
    for (long c = 0; c < m->columns; c++) {
        const double *v = m->patches + c * m->pixels;
        double *codes = m->codes + c * n, *residual = m->residual + c * m->pixels;
        s.count = 0;
        for (int j = 0; j < n; j++)
            if (codes[j] != 0) NAME(join)(m, &s, j, codes[j], codes[j] > 0 ? 1 : -1, NAME(level)(m, j, c));
        for (int step = 0, at = 0; step < m->limit && at >= 0; step++) {
            at = NAME(towards)(m, &s, v, residual);
            if (at < 1) continue;
            NAME(towards)(m, &s, v, residual); /* once more, for what rounding left */
            NAME(remainder)(m, &s, v, residual);
            if (!NAME(enter)(m, &s, c, v, residual, at_work)) break;
        }
        NAME(remainder)(m, &s, v, residual);
        memset(codes, 0, n * sizeof(double));
        for (int i = 0; i < s.count; i++) codes[s.atom[i]] = s.code[i];
    }
}

/* Inverse factors for the atoms with codes, row by row, in single precision. An atom that depends on those before it
   has a row of zeros. */
TARGET static void NAME(exact_factors)(const Exact *m, const Supports *f, double *scratch, int *atoms)
{
    NAME(Active) s = NAME(none)(m, scratch, atoms);
    for (long c = 0; c < m->columns; c++) {
        float *out = f->factors + f->places[c];
        s.count = 0;
        for (int j = 0; j < m->atoms; j++) {
            if (m->codes[c * m->atoms + j] == 0) continue;
            double *row = NAME(row)(m, &s, s.count);
            if (!NAME(append)(m, &s, j)) {
                memset(row, 0, EIGHTS(s.count + 1) * sizeof(double));
                s.atom[s.count++] = j;
            }
            for (int k = 0; k < EIGHTS(s.count); k++) *out++ = (float)row[k];
        }
    }
}

/* Take from each column its projection on the atoms with codes. */
TARGET static void NAME(exact_complement)(const Exact *m, const Supports *f, float *scratch, int *atoms)
{
    const int pixels = m->pixels;
    float *right = scratch, *restrict x = scratch + EIGHTS(m->atoms);
    for (long c = 0; c < m->columns; c++) {
        float *restrict v = f->patches + c * pixels;
        const float *restrict row = f->factors + f->places[c];
        int count = 0;
        for (int j = 0; j < m->atoms; j++)
            if (m->codes[c * m->atoms + j] != 0) atoms[count++] = j;
        for (int i = 0; i < count; i++) right[i] = NAME(dot_float)(f->dictionary + (long)atoms[i] * pixels, v, pixels);
        memset(x, 0, EIGHTS(count) * sizeof(float));
        for (int i = 0; i < count; i++) {
            const float value = NAME(dot_float)(row, right, i + 1);
            for (int k = 0; k < EIGHTS(i + 1); k++) x[k] += value * row[k];
            row += EIGHTS(i + 1);
        }
        for (int i = 0; i < count; i++) {
            const float *restrict atom = f->dictionary + (long)atoms[i] * pixels;
            for (int k = 0; k < pixels; k++) v[k] -= x[i] * atom[k];
        }
    }
}
#undef EIGHTS
