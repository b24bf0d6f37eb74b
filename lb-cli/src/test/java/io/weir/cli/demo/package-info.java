/** The sample backends and the demonstration in processes of their own. */
@NullMarked
package io.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
