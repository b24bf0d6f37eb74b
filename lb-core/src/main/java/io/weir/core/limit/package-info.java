/** Who may come in and how many: words that all event loops share, touched per connection and never per byte. */
@NullMarked
package io.weir.core.limit;

import org.jspecify.annotations.NullMarked;
