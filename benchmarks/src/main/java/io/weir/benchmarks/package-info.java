/** JMH measurements of the hot paths. */
@NullMarked
package io.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
