/* Every kernel for one instruction set; kernels.c includes this file once for each, with
   VL      floats in a vector,
   ROWS    rows of a product that are held in registers, a divisor of PACK,
   TARGET  the attribute that allows the instructions,
   NAME    which gives each function its own name.
   A chunk is CHUNK columns of patches; its arrays are rows of CHUNK floats. */

#include "chunk.h"
#include "joint.h"
#include "objective.h"
#include "coding.h"
#include "masked.h"
#include "exact.h"

#undef VL
#undef ROWS
#undef TARGET
#undef NAME
