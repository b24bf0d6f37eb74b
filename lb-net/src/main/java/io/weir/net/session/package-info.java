/** The live connections of each loop: counted, found and ended from outside. */
@NullMarked
package io.weir.net.session;

import org.jspecify.annotations.NullMarked;
