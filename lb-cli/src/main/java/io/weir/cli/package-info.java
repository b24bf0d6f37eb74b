/** The weir command, one class for each noun. */
@NullMarked
package io.weir.cli;

import org.jspecify.annotations.NullMarked;
