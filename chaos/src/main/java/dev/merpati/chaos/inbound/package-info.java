/** What phones wrote, what tenants got of it as events, and the comparison of the two. */
@NullMarked
package dev.merpati.chaos.inbound;

import org.jspecify.annotations.NullMarked;
