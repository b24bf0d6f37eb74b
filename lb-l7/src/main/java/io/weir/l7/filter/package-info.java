/** What Weir changes in the fields of a message that it forwards. */
@NullMarked
package io.weir.l7.filter;

import org.jspecify.annotations.NullMarked;
