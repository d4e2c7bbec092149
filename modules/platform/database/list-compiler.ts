import { type BinaryOperationNode, OperatorNode, PostgresQueryCompiler, PrimitiveValueListNode } from 'kysely';

/**
 * Writes `in (list)` as `= any(array)` and `not in (list)` as `<> all(array)`: the text, and with it the prepared
 * statement and its plan, is the same for a list of any length, and a list of nothing is no error.
 */
export class ListCompiler extends PostgresQueryCompiler {
  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { leftOperand, operator, rightOperand } = node;
    const word = OperatorNode.is(operator) ? operator.operator : undefined;
    if (PrimitiveValueListNode.is(rightOperand) && (word === 'in' || word === 'not in')) {
      this.visitNode(leftOperand);
      this.append(word === 'in' ? ' = any(' : ' <> all(');
      this.appendValue([...rightOperand.values]);
      this.append(')');
    } else super.visitBinaryOperation(node);
  }
}
