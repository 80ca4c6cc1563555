/* Means over what each output covers of the picture, for the methods that start from them. */
#include "kernels.h"

static void add_row(const float *light, const Filter *columns, float share, float *means,
                    float *squares) {
  const float *weights = columns->weights;
  for (int i = 0; i < columns->size; i++, weights += columns->taps) {
    const float *pixel = light + (size_t)columns->starts[i] * LANES;
    f4 mean = {0}, square = {0};
    for (int k = 0; k < columns->taps; k++) {
      f4 value = *(const f4 *)(pixel + LANES * k);
      mean += weights[k] * value;
      square += weights[k] * (value * value);
    }
    *(f4 *)(means + (size_t)i * LANES) += share * mean;
    if (squares) *(f4 *)(squares + (size_t)i * LANES) += share * square;
  }
}

void average_row(const Scaling *task, int y, float *light, float *means, float *squares) {
  const Filter *rows = &task->rows;
  size_t length = (size_t)task->columns.size * LANES;
  for (size_t i = 0; i < length; i++) means[i] = 0;
  for (size_t i = 0; squares && i < length; i++) squares[i] = 0;
  for (int k = 0; k < rows->taps; k++) {
    float share = rows->weights[(size_t)y * rows->taps + k];
    if (share == 0) continue;
    light_row(&task->picture, rows->starts[y] + k, light);
    add_row(light, &task->columns, share, means, squares);
  }
}
