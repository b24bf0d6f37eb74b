/** Compiled request matchers: the first route that matches wins. */
@NullMarked
package io.weir.core.route;

import org.jspecify.annotations.NullMarked;
