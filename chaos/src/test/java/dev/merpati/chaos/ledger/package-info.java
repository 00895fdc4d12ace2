@NullMarked
package dev.merpati.chaos.ledger;

import org.jspecify.annotations.NullMarked;
