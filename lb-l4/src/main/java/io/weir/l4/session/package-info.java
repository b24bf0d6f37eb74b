/** The live connections of each loop: counted, found and ended from outside. */
@NullMarked
package io.weir.l4.session;

import org.jspecify.annotations.NullMarked;
