/* The kernel of masked.py. Part of body.h. */

/* Conjugate gradients for (S D'D S + eps I) w = S right, S the support of each column, see masked_solve. */
TARGET static void NAME(masked_solve)(const Masked *m, float *scratch)
{
    const int atoms = m->atoms, wide = PADDED(atoms);
    float *restrict mask = scratch, *restrict w = mask + (long)wide * CHUNK;
    float *restrict residual = w + (long)wide * CHUNK, *restrict direction = residual + (long)wide * CHUNK;
    float *restrict image = direction + (long)wide * CHUNK;
    for (long first = 0; first < m->columns; first += CHUNK) {
        const int count = m->columns - first < CHUNK ? m->columns - first : CHUNK;
        float rho[CHUNK] = {0}, start = 0;
        memset(scratch, 0, (long)4 * wide * CHUNK * sizeof(float));
        for (int j = 0; j < atoms; j++)
            for (int c = 0; c < count; c++) {
                const float on = m->support[j * m->stride + first + c] != 0;
                const float r = on * m->right[j * m->stride + first + c];
                mask[j * CHUNK + c] = on;
                residual[j * CHUNK + c] = direction[j * CHUNK + c] = r;
                rho[c] += r * r;
            }
        for (int c = 0; c < CHUNK; c++) start += rho[c];
        const float goal = m->tolerance * m->tolerance * start;
        for (int iteration = 0; iteration < m->limit; iteration++) {
            float curvature[CHUNK] = {0}, step[CHUNK], turn[CHUNK], next[CHUNK] = {0}, left = 0;
            for (int c = 0; c < CHUNK; c++) left += rho[c];
            if (left <= goal) break;
            NAME(product)(m->gram, wide, atoms, direction, image);
            for (int j = 0; j < atoms; j++)
                for (int c = 0; c < CHUNK; c++) {
                    const int at = j * CHUNK + c;
                    image[at] = mask[at] * (image[at] + m->eps * direction[at]);
                    curvature[c] += direction[at] * image[at];
                }
            for (int c = 0; c < CHUNK; c++) step[c] = curvature[c] > 0 ? rho[c] / curvature[c] : 0;
            for (int j = 0; j < atoms; j++)
                for (int c = 0; c < CHUNK; c++) {
                    const int at = j * CHUNK + c;
                    w[at] += step[c] * direction[at];
                    residual[at] -= step[c] * image[at];
                    next[c] += residual[at] * residual[at];
                }
            for (int c = 0; c < CHUNK; c++) {
                turn[c] = rho[c] > 0 ? next[c] / rho[c] : 0;
                rho[c] = next[c];
            }
            for (int j = 0; j < atoms; j++)
                for (int c = 0; c < CHUNK; c++) {
                    const int at = j * CHUNK + c;
                    direction[at] = residual[at] + turn[c] * direction[at];
                }
        }
        for (int j = 0; j < atoms; j++)
            memcpy(m->solution + j * m->stride + first, w + j * CHUNK, count * sizeof(float));
    }
}
