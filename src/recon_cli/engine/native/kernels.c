/* The loops over patches that take nearly all of the time, for a CPU: what joint_admm.py, sparse_coding.py and
   problem.py say in tensor operations, done chunk by chunk of patches so that the arrays of a chunk stay in the
   cache. The best instructions of the machine are chosen when a kernel is called. */

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 48, PACK = 8 };
#define PADDED(rows) (((rows) + PACK - 1) / PACK * PACK)

typedef struct {
    const float *image; /* phases, see phases.py: (planes, stride**2, height, width); extended on a periodic grid */
    const float *means; /* (planes, rows * cols), or NULL where a patch loses its own mean */
    long planes;
    int height, width, size, stride; /* the first two of a phase */
    int rows, cols;  /* patches of a plane */
    int first, last; /* patch rows of this call */
} Patches;

typedef struct {
    const float *project, *dictionary, *weight; /* packed */
    const float *threshold;                     /* (atoms,) */
    const float *weights, *support;             /* (atoms, weights_stride), (atoms, support_stride), or NULL */
    const float *keep;                          /* (atoms,), with a support */
    float *state, *synthesis;                   /* (atoms, stride), (size**2, stride), from this call's first column */
    float *folded; /* phases of a band: (planes, stride**2, last - first + (size - 1) / stride, width) */
    long weights_stride, support_stride, stride;
    int atoms;
    float relaxation;
} Joint;

typedef struct {
    double *folded;  /* as Joint.folded */
    double *penalty; /* (planes,) */
} Bound;

typedef struct {
    const float *dictionary; /* packed */
    const float *threshold, *lam;
    const float *weights, *state; /* as those of Joint */
    double *misfit, *sparsity;    /* (planes,) */
    long weights_stride, stride;
    int atoms;
} Codes;

typedef struct {
    const float *project, *square, *dictionary; /* packed */
    const float *threshold;                     /* (atoms,) */
    float *state;                               /* (atoms, stride), from this call's first column */
    float *folded;                              /* as Joint.folded */
    double *size, *moved;                       /* (planes,) */
    long stride;
    int atoms, limit;
    float relaxation, tolerance;
} Sweep;

typedef struct {
    const float *gram;            /* packed */
    const float *support, *right; /* (atoms, stride); the support is where a number is not zero */
    float *solution;              /* (atoms, stride) */
    long stride, columns;
    int atoms, limit;
    float eps, tolerance;
} Masked;

typedef struct {
    const double *dictionary, *gram; /* (atoms, pixels), (atoms, atoms) */
    const double *lam;               /* (atoms,) */
    const float *weights;            /* (atoms, weights_stride) from this call's first column, or NULL */
    const double *patches;           /* (columns, pixels) */
    double *codes, *residual;        /* (columns, atoms), (columns, pixels) */
    long weights_stride, columns;
    int pixels, atoms, limit; /* pixels filled up with zeros to a multiple of eight */
    double tolerance;         /* relative, of the levels */
} Exact;

typedef struct {
    const float *dictionary; /* (atoms, pixels) */
    const long *places;      /* (columns,), of each one's first row among the factors */
    float *factors, *patches; /* all of them; (columns, pixels) */
} Supports;

/* What the callers have to agree with, in the order of `STRUCTURES` in library.py. */
const long structure_sizes[] = {sizeof(Patches), sizeof(Joint),  sizeof(Bound), sizeof(Codes),
                                sizeof(Sweep),   sizeof(Masked), sizeof(Exact), sizeof(Supports)};

#if defined(__x86_64__)
#define VL 16
#define ROWS 8
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,fma")))
#define NAME(x) x##_avx512
#include "body.h"
#define VL 8
#define ROWS 4
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(x) x##_avx2
#include "body.h"
#endif
#define VL 4
#define ROWS 4
#define TARGET
#define NAME(x) x##_plain
#include "body.h"

#if defined(__x86_64__)
#define BEST(x)                                                                                             \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&                             \
             __builtin_cpu_supports("avx512dq")                                                             \
         ? x##_avx512                                                                                       \
     : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? x##_avx2                           \
                                                                       : x##_plain)
#else
#define BEST(x) x##_plain
#endif

/* Call a kernel with a chunk's arrays: so many floats for each of its columns. Returns 0, or 1 without memory. */
#define WITH_SCRATCH(floats, call)                                                                          \
    float *scratch = malloc(((size_t)(floats) * CHUNK) * sizeof(float));                                    \
    if (!scratch) return 1;                                                                                 \
    call;                                                                                                   \
    free(scratch);                                                                                          \
    return 0

int joint_codes(const Patches *p, const Joint *m, const Bound *bound)
{
    const int pixels = PADDED(p->size * p->size), atoms = PADDED(m->atoms);
    WITH_SCRATCH(5 * pixels + 2 * atoms, BEST(joint_codes)(p, m, bound, scratch));
}

int patch_terms(const Patches *p, const Codes *m)
{
    const int pixels = PADDED(p->size * p->size), atoms = PADDED(m->atoms);
    WITH_SCRATCH(2 * pixels + atoms, BEST(patch_terms)(p, m, scratch));
}

int sweep_codes(const Patches *p, const Sweep *m)
{
    const long share = (long)(p->last - p->first) * p->cols, chunks = p->planes * ((share + CHUNK - 1) / CHUNK);
    const int pixels = PADDED(p->size * p->size), atoms = PADDED(m->atoms);
    float *all = malloc((size_t)chunks * 2 * atoms * CHUNK * sizeof(float));
    if (!all) return 1;
    float *scratch = malloc(((size_t)(2 * atoms + pixels) * CHUNK + atoms) * sizeof(float));
    if (scratch) BEST(sweep_codes)(p, m, scratch, all);
    free(all);
    free(scratch);
    return !scratch;
}

int masked_solve(const Masked *m)
{
    WITH_SCRATCH(5 * PADDED(m->atoms), BEST(masked_solve)(m, scratch));
}

/* The same with doubles and numbers of atoms for one patch. */
#define WITH_FACTOR(m, call)                                                                                \
    double *scratch = calloc(((size_t)(m)->atoms + 6) * ((m)->atoms + 8), sizeof(double));                  \
    int *atoms = malloc((size_t)(m)->atoms * (sizeof(int) + 1));                                            \
    if (scratch && atoms) call;                                                                             \
    const int missing = !scratch || !atoms;                                                                 \
    free(scratch);                                                                                          \
    free(atoms);                                                                                            \
    return missing

int exact_codes(const Exact *m)
{
    WITH_FACTOR(m, BEST(exact_codes)(m, scratch, atoms, (char *)(atoms + m->atoms)));
}

int exact_factors(const Exact *m, const Supports *f)
{
    WITH_FACTOR(m, BEST(exact_factors)(m, f, scratch, atoms));
}

int exact_complement(const Exact *m, const Supports *f)
{
    WITH_FACTOR(m, BEST(exact_complement)(m, f, (float *)scratch, atoms));
}
