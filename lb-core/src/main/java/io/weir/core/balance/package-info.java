/** Pure balancing tables, one class an algorithm, and the loop-confined state that moves while they are used. */
@NullMarked
package io.weir.core.balance;

import org.jspecify.annotations.NullMarked;
