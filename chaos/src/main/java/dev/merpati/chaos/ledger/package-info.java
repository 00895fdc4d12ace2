/** What customers sent and were told, what phones received, and the comparison of the two. */
@NullMarked
package dev.merpati.chaos.ledger;

import org.jspecify.annotations.NullMarked;
