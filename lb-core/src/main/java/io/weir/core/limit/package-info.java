/** Caps that all event loops share, each one padded word, touched per connection and never per byte. */
@NullMarked
package io.weir.core.limit;

import org.jspecify.annotations.NullMarked;
